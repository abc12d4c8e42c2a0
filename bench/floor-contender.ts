import { setTimeout as pause } from 'node:timers/promises';
import { lastCallsWithinMs, pressAfterMs, type CallSounds, type Contender } from './contender.ts';
import { cpuOfProcessMs } from './process-cost.ts';
import { startBenchAsterisk } from './start-bench-asterisk.ts';

const driverId = 'floor-driver';
const lookEveryMs = 250;

/** The same call as Asterisk's own dialplan (`floor.conf`), which calls the phones by itself too: what no program can be cheaper than. */
export async function startFloor(sounds: CallSounds): Promise<Contender> {
  const { asterisk, ari, stop } = await startBenchAsterisk({ pressAfterMs });
  const setGlobal = (variable: string, value: string): Promise<unknown> =>
    ari('POST', 'asterisk/variable', { variable, value });
  await setGlobal('QUESTION', sounds.question.join('&'));
  await setGlobal('THANKS', sounds.thanks.join('&'));

  async function untilNoChannelIsLeft(limitMs: number): Promise<void> {
    for (const giveUpAt = Date.now() + limitMs; Date.now() < giveUpAt;) {
      const channels = (await ari('GET', 'channels')) as { id: string }[];
      if (channels.length === 0) return;
      await pause(lookEveryMs);
    }
    throw new Error('the calls of the dialplan alone did not end in time');
  }

  return {
    name: 'floor',
    async makeCalls({ calls, perSecond }) {
      await setGlobal('CALLS', String(calls));
      await setGlobal('SPACING', String(1 / perSecond));
      await setGlobal('FIRST', '9000500000');
      const half = { context: 'floor', extension: 'drive', priority: 1, timeout: 10 };
      await ari('POST', `channels/${driverId}`, { ...half, endpoint: 'Local/idle@floor/n' });
      // looking costs Asterisk something: nothing is asked while calls are being made
      await pause((calls * 1000) / perSecond);
      await untilNoChannelIsLeft(lastCallsWithinMs);
    },
    cpuMs: async () => ({ asterisk: await cpuOfProcessMs(asterisk.pid), program: 0, postgres: 0 }),
    stop,
  };
}
