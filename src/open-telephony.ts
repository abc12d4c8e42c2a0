import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { assert } from './lib/assert.ts';
import { systemClock, worldClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { fileDurationMs } from './speech/file-duration.ts';
import { createAsteriskTelephony } from './telephony/asterisk/asterisk-telephony.ts';
import { Simulator } from './telephony/simulator/simulator.ts';
import type { Telephony } from './telephony/telephony.ts';
import type { Speech } from './open-speech.ts';

/** Where answered phones land in the dialplan of the Asterisk that we drive; see asterisk/gateway/extensions.conf. */
const dialplanContext = 'outgoing';

/** A telephony for an Asterisk that is configured, by its name: not started yet, so that its first event finds a listener. */
export function openTelephony(
  asterisk: string,
  config: Config,
  speech: Speech,
  log: Log,
): { telephony: Telephony; start: () => Promise<void> } {
  const { telephony: configured } = config;
  if (configured.kind === 'simulator') {
    const simulator = new Simulator({
      // handsets talk on, whoever is there to hear them
      clock: worldClock,
      soundDurationMs: (sound) => fileDurationMs(config.dataDir, sound),
    });
    return { telephony: simulator, start: () => simulator.start() };
  }
  const chosen = configured.asterisks.find(({ name }) => name === asterisk);
  assert(chosen, 'only an Asterisk that is configured is driven');
  const telephony = createAsteriskTelephony({
    ...chosen.ari,
    ...{ app: chosen.app, writtenAt: chosen.writtenAt },
    context: dialplanContext,
    soundsRoot: chosen.dataDir.replace(/\/+$/, ''),
    writtenCallsDir: join(config.dataDir, 'incoming-calls'),
    silenceSounds: speech.silenceSounds,
    clock: systemClock,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    log,
  });
  return {
    telephony,
    async start() {
      // Before connecting: then nothing is dialled until the sounds are proven.
      await telephony.checkSounds(speech.probeSound);
      await telephony.start();
    },
  };
}
