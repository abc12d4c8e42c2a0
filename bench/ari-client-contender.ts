import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lastCallsWithinMs, pressAfterMs, type CallSounds, type Contender } from './contender.ts';
import { cpuOfProcessMs } from './process-cost.ts';
import { ariApp, startBenchAsterisk } from './start-bench-asterisk.ts';

export interface AriClientOrder {
  calls: number;
  perSecond: number;
  /** National number of the first phone. */
  first: number;
  /** As ARI's `media` takes them. */
  question: string;
  thanks: string;
}

export type AriClientMessage = 'ready' | 'ended';

/** The same call by the npm package `ari-client`, with no database and no webhooks. */
export async function startAriClient(sounds: CallSounds): Promise<Contender> {
  await using opening = new AsyncDisposableStack();
  const { asterisk, stop } = await startBenchAsterisk({ pressAfterMs });
  opening.defer(stop);
  const { ariUrl, ariUser, ariPassword } = asterisk;
  // its packages use what Node and Swagger have deprecated since, and say so at every start
  const child = fork(
    join(import.meta.dirname, 'ari-client-calls.ts'),
    [ariUrl, ariUser, ariPassword, ariApp],
    {
      execArgv: ['--no-deprecation'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    },
  );
  opening.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  const heard = (wanted: AriClientMessage, limitMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`ari-client was not «${wanted}» in time`)), limitMs);
      child.once('message', (message: AriClientMessage) => {
        clearTimeout(limit);
        if (message === wanted) resolve();
        else reject(new Error(`ari-client said «${message}» instead of «${wanted}»`));
      });
    });
  await heard('ready', 20_000);
  const pid = child.pid ?? -1;
  const mediaOf = (paths: readonly string[]): string => paths.map((path) => `sound:${path}`).join(',');
  let first = 9_000_600_000;

  const running = opening.move();
  return {
    name: 'ari_client',
    async makeCalls({ calls, perSecond }) {
      const ended = heard('ended', (calls * 1000) / perSecond + lastCallsWithinMs);
      const media = { question: mediaOf(sounds.question), thanks: mediaOf(sounds.thanks) };
      child.send({ calls, perSecond, first, ...media } satisfies AriClientOrder);
      first += calls;
      await ended;
    },
    cpuMs: async () => ({
      asterisk: await cpuOfProcessMs(asterisk.pid),
      program: await cpuOfProcessMs(pid),
      postgres: 0,
    }),
    stop: () => running.disposeAsync(),
  };
}
