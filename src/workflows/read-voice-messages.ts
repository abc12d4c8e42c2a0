import type { Ledger } from '../db/ledger.ts';
import type { VoiceMessageStore } from '../db/voice-message-store.ts';
import type { CallId, VoiceMessageId } from '../domain/ids.ts';
import type { StoredVoiceMessage } from '../domain/voice-messages/voice-message.ts';
import type { KeptSound, SoundStore } from '../recordings/sound-store.ts';
import type { ReadVoiceMessage } from './use-cases.ts';

export interface VoiceMessageDependencies {
  ledger: Pick<Ledger, 'call' | 'numberOf'>;
  voiceMessages: VoiceMessageStore;
  keptSounds: SoundStore;
}

export async function withItsNumber(
  { ledger }: Pick<VoiceMessageDependencies, 'ledger'>,
  message: StoredVoiceMessage,
): Promise<ReadVoiceMessage> {
  return { message, number: await ledger.numberOf(message.person) };
}

/** What is not on record is not played, even where its file is still there. */
export async function hearVoiceMessage(
  { voiceMessages, keptSounds }: VoiceMessageDependencies,
  id: VoiceMessageId,
): Promise<KeptSound | null> {
  return (await voiceMessages.get(id)) && keptSounds.read(id);
}

/** The record first: a file without one is removed sooner or later, a record without its file would be a promise that nobody keeps. */
export async function deleteVoiceMessage(
  { voiceMessages, keptSounds }: VoiceMessageDependencies,
  id: VoiceMessageId,
): Promise<'deleted' | 'not_found'> {
  const deleted = await voiceMessages.delete(id);
  await keptSounds.remove(id);
  return deleted ? 'deleted' : 'not_found';
}

export async function hearAttempt(
  { ledger, keptSounds }: VoiceMessageDependencies,
  attempt: { call: CallId; number: number },
): Promise<KeptSound | null> {
  const call = await ledger.call(attempt.call);
  const found = call?.attempts[attempt.number - 1];
  return found?.recording ? keptSounds.read(found.id) : null;
}
