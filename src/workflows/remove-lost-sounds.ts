import type { VoiceMessageStore } from '../db/voice-message-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { SoundStore } from '../recordings/sound-store.ts';

/** No call lasts so long: whoever said it has long since agreed, or is gone. */
const undecidedForMs = 2 * 24 * 3_600_000;

/**
 * Removes sounds of messages that are not on record: given up, or stored by a process that died before it could put them there, after which
 * the message was stored anew.
 */
export async function removeLostSounds(deps: {
  sounds: SoundStore;
  voiceMessages: Pick<VoiceMessageStore, 'known'>;
  clock: Clock;
}): Promise<void> {
  const { sounds, voiceMessages, clock } = deps;
  const old = await sounds.keptBefore(clock.now() - undecidedForMs);
  const messages = old.filter((name) => name.startsWith('vm_'));
  const known = await voiceMessages.known(messages);
  for (const name of messages) if (!known.has(name)) await sounds.remove(name);
}
