import type { Config } from './config/config.ts';
import type { Database } from './db/database.ts';
import { forgottenRecordings } from './db/forgotten-recordings.ts';
import type { PromptStore } from './db/prompt-store.ts';
import type { VoiceMessageStore } from './db/voice-message-store.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Speech } from './open-speech.ts';
import type { SoundStore } from './recordings/sound-store.ts';
import { removeForgottenRecordings } from './workflows/remove-forgotten-recordings.ts';
import { removeLostSounds } from './workflows/remove-lost-sounds.ts';
import { storeRecordedPrompts } from './workflows/store-recorded-prompts.ts';

export interface SoundJobDependencies {
  database: Database;
  config: Pick<Config, 'dataDir'>;
  speech: Pick<Speech, 'recordings' | 'room'>;
  sounds: SoundStore;
  voiceMessages: VoiceMessageStore;
  prompts: PromptStore;
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
  return {
    room: [() => lookAtDiskMs, () => room.look()],
    'recorded-prompts': [() => recordedPromptsMs, () => storeRecordedPrompts({ ...deps, recordings })],
    'lost-sounds': [() => dayMs, () => removeLostSounds(deps)],
    'forgotten-recordings': [() => dayMs, () => removeForgottenRecordings({ forgotten, dataDir, clock })],
  };
}

/** What a process said before it died, or another gateway. */
const recordedPromptsMs = 30_000;
const lookAtDiskMs = 2_000;
const dayMs = 24 * 3_600_000;
