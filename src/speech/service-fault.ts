import type { BoundedReply } from './fetch-bounded.ts';
import { SpeechFault } from './speech-fault.ts';

/** What stands for a service's own words in an error: nothing of what it was asked, nor of what it answered. */
export interface ServiceExpectation {
  service: string;
  isWanted: (contentType: string, body: Buffer) => boolean;
}

/** Why a service's reply is no sound; null for one that is. */
export function faultOfReply(reply: BoundedReply, expected: ServiceExpectation): SpeechFault | null {
  const { service } = expected;
  switch (reply.result) {
    case 'answered':
      return faultOfAnswer(reply, expected);
    case 'too_large':
      return new SpeechFault('synthesiser_failed', `${service} sent more than a sound of these words can be`);
    case 'timed_out':
      return new SpeechFault('synthesiser_timed_out', `${service} did not answer within the time limit`);
    case 'aborted':
      return new SpeechFault('closed', `a request to ${service} was called off`);
    case 'failed':
      return new SpeechFault('synthesiser_unreachable', `${service} sent no whole reply (${reply.code})`);
  }
}

function faultOfAnswer(
  reply: Extract<BoundedReply, { result: 'answered' }>,
  { service, isWanted }: ServiceExpectation,
): SpeechFault | null {
  const { status, contentType, body, retryAfterMs } = reply;
  if (status === 200 && isWanted(contentType, body)) return null;
  if (status === 429 || status === 401 || status === 403 || (status >= 300 && status < 400))
    return new SpeechFault('synthesiser_blocked', `${service} refuses us (status ${status})`, {
      retryAfterMs,
    });
  if (status === 200 && contentType.startsWith('text/html'))
    return new SpeechFault(
      'synthesiser_blocked',
      `${service} sent a page instead of sound; it may want a person`,
    );
  if (status === 400 || status === 404 || status === 413 || status === 422)
    return new SpeechFault('text_refused', `${service} does not speak these words (status ${status})`);
  if (status === 200)
    return new SpeechFault('synthesiser_failed', `${service} sent something that is no sound`);
  return new SpeechFault('synthesiser_unreachable', `${service} answered with status ${status}`);
}
