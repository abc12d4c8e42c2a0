/**
 * Every error that this API can answer, in one table: it validates, it answers, and it is the documentation. The words are part of
 * the contract: other people's programs branch on them, so a code may be added but never renamed.
 */
export const problemCodes = {
  bad_request: { status: 400, title: 'The request is not proper HTTP' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_utf8: { status: 400, title: 'The body is not UTF-8' },
  body_incomplete: { status: 400, title: 'The body ended too early' },
  idempotency_key_missing: { status: 400, title: 'The Idempotency-Key header is missing' },
  idempotency_key_invalid: { status: 400, title: 'The Idempotency-Key header is not usable' },
  unauthorized: { status: 401, title: 'No valid API key' },
  scope_missing: { status: 403, title: 'The API key lacks a scope' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The path does not have this method' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  still_running: { status: 409, title: 'The first request with this Idempotency-Key is still running' },
  call_in_progress: { status: 409, title: 'Somebody is talking in this call' },
  prompt_in_use: { status: 409, title: 'Flows speak this prompt' },
  campaign_over: { status: 409, title: 'The campaign takes no calls any more' },
  campaign_state: { status: 409, title: 'The campaign is in a state that forbids this' },
  call_back_state: { status: 409, title: 'Another agent has this request, or it is done' },
  already_in_campaign: { status: 409, title: 'The campaign has a call with this reference' },
  api_key_revoked: { status: 409, title: 'The API key was revoked' },
  endpoint_disabled: { status: 409, title: 'The webhook endpoint is disabled' },
  events_gone: { status: 410, title: 'The events after this one are not kept any more' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not of a type that is understood here' },
  expectation_failed: { status: 417, title: 'The Expect header asks for what this server does not do' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  key_reused: { status: 422, title: 'The Idempotency-Key was used with another body' },
  window_full: { status: 429, title: 'The call could not be dialled inside its time' },
  rate_limited: { status: 429, title: 'Too many requests with this API key' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  not_ready: { status: 503, title: 'The gateway is not ready' },
  draining: { status: 503, title: 'The gateway is shutting down' },
  database_unavailable: { status: 503, title: 'The database cannot be reached' },
  speech_unavailable: { status: 503, title: 'Sound cannot be made or kept at the moment' },
  telephony_unavailable: { status: 503, title: 'The phone network cannot be reached' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

/** The `type` of RFC 9457: a name, not an address. What it means is in the documents, under the code. */
export function problemType(code: ProblemCode): string {
  return `urn:ivrs-gateway:problem:${code}`;
}
