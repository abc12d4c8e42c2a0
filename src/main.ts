import { ConfigError } from './config/config.ts';
import { readConfig } from './config/read-config.ts';
import { wait } from './lib/wait.ts';
import { systemClock } from './lib/clock.ts';
import { openLog } from './open-log.ts';
import { startService, type Service } from './service.ts';
import type { Log } from './lib/log.ts';

/** EX_CONFIG of sysexits.h: what is wrong is the configuration, and starting again will not help. */
const configInvalid = 78;
const readinessEveryMs = 100;

process.exitCode = await main();

async function main(): Promise<number> {
  const stopping = new AbortController();
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    // Not «once»: npm passes Ctrl-C on to a process that has had it already, and the second must not cut the end short.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  });
  try {
    const config = readConfig(process.env);
    const log = openLog(config.logLevel);
    const starting = startService(config, log);
    const service = await Promise.race([starting, stopped.then(() => null)]);
    if (service === null) {
      log.info({}, 'stopped before it had started');
      // What it was starting may never come to an end; what it has started dies with it.
      process.exit(0);
    }
    log.info({ url: service.url }, 'listening');
    const watching = tellReadiness(service, log, stopping.signal);
    const signal = await stopped;
    log.info({ signal }, 'stopping');
    stopping.abort();
    await watching;
    await service.stop();
    log.info({}, 'stopped');
    return 0;
  } catch (error) {
    // A sentence for the operator; whoever needs to see where it came from sets IVRS_LOG_LEVEL=debug.
    const trace =
      process.env['IVRS_LOG_LEVEL'] === 'debug' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}${trace}\n`);
    return error instanceof ConfigError ? configInvalid : 1;
  }
}

/** Says once that calls can be placed, or each reason why not yet. */
async function tellReadiness(service: Service, log: Log, signal: AbortSignal): Promise<void> {
  let said = '';
  for (;;) {
    const { ready, checks } = await service.readiness();
    if (ready) {
      log.info({ url: service.url }, 'ready');
      return;
    }
    const reasons = checks
      .filter((check) => !check.ok)
      .map((check) => `${check.name}: ${check.detail ?? ''}`)
      .join('; ');
    if (reasons !== said) log.warn({}, `not ready: ${reasons}`);
    said = reasons;
    if ((await wait(systemClock, readinessEveryMs, signal)) === 'aborted') return;
  }
}
