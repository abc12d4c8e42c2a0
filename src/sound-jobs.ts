import type { Config } from './config/config.ts';
import { attemptsInNeed } from './db/attempts-in-need.ts';
import type { Database } from './db/database.ts';
import { forgottenRecordings } from './db/forgotten-recordings.ts';
import type { PromptStore } from './db/prompt-store.ts';
import type { VoiceMessageStore } from './db/voice-message-store.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Speech } from './open-speech.ts';
import type { SoundStore } from './recordings/sound-store.ts';
import type { Telephony } from './telephony/telephony.ts';
import { removeForgottenRecordings } from './workflows/remove-forgotten-recordings.ts';
import { removeLeftRecordings } from './workflows/remove-left-recordings.ts';
import { removeLostSounds } from './workflows/remove-lost-sounds.ts';
import { storeRecordedPrompts } from './workflows/store-recorded-prompts.ts';

export interface SoundJobDependencies {
  database: Database;
  config: Pick<Config, 'dataDir'>;
  speech: Pick<Speech, 'recordings' | 'room'>;
  sounds: SoundStore;
  voiceMessages: VoiceMessageStore;
  prompts: PromptStore;
  /** Those that this gateway drives, and that can be asked now. */
  telephonies: () => readonly Telephony[];
  clock: Clock;
  log: Log;
}

type Work = Record<string, [everyMs: () => number, work: () => Promise<unknown>]>;

/** What is done with sounds beside the calls, by name and how often. */
export function soundJobs(deps: SoundJobDependencies): Work {
  const { database, config, speech, clock } = deps;
  const { dataDir } = config;
  const { recordings, room } = speech;
  const forgotten = () => forgottenRecordings(database);
  const leftRecordings = async (): Promise<void> => {
    for (const telephony of deps.telephonies())
      await removeLeftRecordings({
        telephony,
        attemptsInNeed: (asked) => attemptsInNeed(database, asked),
        clock,
      });
  };
  return {
    room: [() => lookAtDiskMs, () => room.look()],
    'recorded-prompts': [() => recordedPromptsMs, () => storeRecordedPrompts({ ...deps, recordings })],
    'left-recordings': [() => hourMs, leftRecordings],
    'lost-sounds': [() => dayMs, () => removeLostSounds(deps)],
    'forgotten-recordings': [() => dayMs, () => removeForgottenRecordings({ forgotten, dataDir, clock })],
  };
}

/** What a process said before it died, or another gateway. */
const recordedPromptsMs = 30_000;
const lookAtDiskMs = 2_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
