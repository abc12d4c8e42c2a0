import type { Context } from 'hono';
import type { Log } from '../lib/log.ts';
import type { AppEnv } from './app-env.ts';
import { answerProblem, Problem } from './problem.ts';

/** How soon it is worth asking again when a part of the gateway is away. */
const retryAfterSeconds = '5';

/** Faults of the world that the layers below throw, by their stable code, as the asker should see them. */
const faults: Readonly<Record<string, () => Problem>> = {
  ledger_unavailable: () =>
    new Problem(
      'database_unavailable',
      'The database cannot be reached at the moment. Ask again with the same Idempotency-Key.',
      {
        headers: { 'Retry-After': retryAfterSeconds },
      },
    ),
  telephony_unavailable: () =>
    new Problem('telephony_unavailable', 'The phone network cannot be reached at the moment. Ask again.', {
      headers: { 'Retry-After': retryAfterSeconds },
    }),
};

/** What `SpeechFault` says of this machine; its words are for whoever runs it, and are logged. */
const speechCodes = [
  'synthesiser_missing',
  'synthesiser_failed',
  'synthesiser_timed_out',
  'transcoder_missing',
  'transcoder_failed',
  'transcoder_timed_out',
  'recording_missing',
  'disk_full',
  'directory_not_writable',
  'storage_failed',
  'closed',
];

/** The edge where exceptions end: what the asker may know is answered, the rest is logged under the request's id and answered as 500. */
export function answerError(c: Context<AppEnv>, error: unknown, log: Log): Response {
  if (error instanceof Problem) return answerProblem(c, error);
  const requestId = c.get('requestId');
  const code = codeOf(error);
  const fault = speechCodes.includes(code) ? speechUnavailable : faults[code];
  if (fault !== undefined) {
    log.warn({ request_id: requestId, err: error }, 'a request was answered 503');
    return answerProblem(c, fault());
  }
  log.error({ request_id: requestId, err: error }, 'a request failed unexpectedly');
  return answerProblem(c, new Problem('internal_error', 'Please report this, with the request_id.'));
}

function speechUnavailable(): Problem {
  return new Problem(
    'speech_unavailable',
    'Sound cannot be made or kept at the moment; the log says why. Ask again.',
    { headers: { 'Retry-After': retryAfterSeconds } },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
