import { pino, type Logger } from 'pino';
import { createLogWriter } from './log-writer.ts';

const standardOutput = 1;

/** Lines on the standard output. Those of the last moment are lost with `kill -9` alone. */
export function openLog(level: string): Logger {
  const writer = createLogWriter({
    fd: standardOutput,
    tellOfLost: (lines) => lineOf({ lines }, 'lines of this log were lost: nobody read them in time'),
  });
  process.on('exit', () => writer.end());
  return pino({ level, base: null }, writer);
}

/** As pino writes a warning, which is what would be said. */
function lineOf(fields: object, message: string): string {
  let line = '';
  pino({ base: null }, { write: (text: string) => (line = text) }).warn(fields, message);
  return line;
}
