import type { PromptStore } from '../db/prompt-store.ts';
import type { VoiceMessageStore } from '../db/voice-message-store.ts';
import type { KeptPrompt, StoredVoiceMessage } from '../domain/voice-messages/voice-message.ts';
import { assert } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { SoundStore } from '../recordings/sound-store.ts';
import type { Recordings } from '../speech/recordings.ts';

export interface StoreRecordedPromptsDependencies {
  voiceMessages: Pick<VoiceMessageStore, 'waitingForLibrary' | 'settle'>;
  sounds: Pick<SoundStore, 'read'>;
  recordings: Recordings;
  prompts: Pick<PromptStore, 'put'>;
  clock: Clock;
  log: Log;
}

/** A pass must not keep the stop of the process waiting for long. */
const mostAtOnce = 20;

/**
 * Puts what was recorded by phone into the library, each as an upload of the same sound would be. A sound that is there already makes no new
 * version, so two gateways that find the same message, or one that died in between, do no harm. A fault of the machine is tried again.
 */
export async function storeRecordedPrompts(deps: StoreRecordedPromptsDependencies): Promise<void> {
  for (const message of await deps.voiceMessages.waitingForLibrary(mostAtOnce)) {
    try {
      const kept = await put(deps, message);
      await deps.voiceMessages.settle(message.id, kept);
      deps.log.info({ call: message.callId, ...message.prompt, kept }, 'a prompt was recorded by phone');
    } catch (error) {
      deps.log.error({ err: error, message: message.id }, 'a recorded prompt could not be stored; it waits');
    }
  }
}

async function put(
  { sounds, recordings, prompts, clock }: StoreRecordedPromptsDependencies,
  { id, prompt }: StoredVoiceMessage,
): Promise<Exclude<KeptPrompt, { state: 'waiting' }>> {
  assert(prompt, 'a message that waits for the library names its prompt');
  const sound = await sounds.read(id);
  if (sound === null) return { state: 'refused', detail: 'its sound was deleted' };
  const kept = await recordings.keep(sound.pieces);
  switch (kept.result) {
    case 'kept': {
      const put = { recording: kept.recording };
      const { prompt: stored } = await prompts.put({ ...prompt, put, at: clock.now() });
      return { state: 'kept', version: stored.version };
    }
    case 'refused':
      return { state: 'refused', detail: kept.detail };
    case 'too_large':
      return { state: 'refused', detail: 'is too large' };
  }
}
