import { pino, type Logger } from 'pino';

/** How long a line may wait for others, so that they are written together: a write for each was 3 % of the gateway's CPU under load. */
const flushEveryMs = 200;
const mostWaitingBytes = 4096;

/** Lines on the standard output. Those of the last moment are lost with `kill -9` alone. */
export function openLog(level: string): Logger {
  const destination = pino.destination({ dest: 1, minLength: mostWaitingBytes, sync: true });
  setInterval(() => destination.flushSync(), flushEveryMs).unref();
  process.on('exit', () => destination.flushSync());
  return pino({ level, base: null }, destination);
}
