/** What a line of the timeline is about; a type without words here is shown as it stands. */
const words: Readonly<Record<string, string>> = {
  'call.queued': 'Asked for',
  'call.attempt_started': 'Attempt began',
  'call.ringing': 'The phone rings',
  'call.answered': 'The phone was answered',
  'call.response_recorded': 'Response recorded',
  'call.attempt_ended': 'Attempt ended',
  'call.ended': 'The call ended',
  'opt_in.recorded': 'Opted in',
  'opt_out.recorded': 'Opted out',
  'voice_message.recorded': 'Voice message recorded',
  'transfer.ended': 'Transfer ended',
  'call_back.requested': 'Asked to be called by a person',
  step: 'Step begins',
  prompt: 'Prompt begins',
  key: 'Key pressed',
  no_key: 'No key was pressed',
  wrong_key: 'Not a key of this question',
  given_up: 'Question given up',
  flow_ended: 'The flow ended',
  recording_started: 'Recording began',
  recording_discarded: 'Recording discarded',
  looked_up: 'Looked up',
  transfer_begun: 'Transfer began',
  transfer_joined: 'Joined',
};

export function timelineWords(type: string): string {
  return Object.hasOwn(words, type) ? (words[type] ?? type) : type;
}
