import { randomInt } from 'node:crypto';
import type { Config } from './config/config.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { fileDurationMs } from './speech/file-duration.ts';
import { createAsteriskTelephony } from './telephony/asterisk/asterisk-telephony.ts';
import { Simulator } from './telephony/simulator/simulator.ts';
import type { Telephony } from './telephony/telephony.ts';
import type { Speech } from './open-speech.ts';

/** Where answered phones land in the dialplan of the Asterisk that we drive; see asterisk/gateway/extensions.conf. */
const dialplanContext = 'outgoing';

/** The telephony that is configured: not started yet, so that its first event finds a listener. */
export function openTelephony(
  config: Config,
  speech: Speech,
  log: Log,
): { telephony: Telephony; start: () => Promise<void> } {
  const { telephony: chosen } = config;
  if (chosen.kind === 'simulator') {
    const simulator = new Simulator({
      clock: systemClock,
      soundDurationMs: (sound) => fileDurationMs(config.dataDir, sound),
    });
    return { telephony: simulator, start: () => simulator.start() };
  }
  const asterisk = createAsteriskTelephony({
    url: chosen.url,
    user: chosen.user,
    password: chosen.password,
    app: chosen.app,
    context: dialplanContext,
    soundsRoot: chosen.asteriskDataDir.replace(/\/+$/, ''),
    silenceSounds: speech.silenceSounds,
    clock: systemClock,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    log,
  });
  return {
    telephony: asterisk,
    async start() {
      // Before connecting: then nothing is dialled until the sounds are proven.
      await asterisk.checkSounds(speech.probeSound);
      await asterisk.start();
    },
  };
}
