import { request, type Dispatcher } from 'undici';

export interface BoundedRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** From the look-up of the name to the end of the body. */
  timeLimitMs: number;
  maxBodyBytes: number;
}

export type BoundedReply =
  | { result: 'answered'; status: number; contentType: string; retryAfterMs: number | null; body: Buffer }
  | { result: 'too_large' }
  | { result: 'timed_out' }
  | { result: 'aborted' }
  /** No whole reply came; `code` is the system's or undici's word for why. */
  | { result: 'failed'; code: string };

/** One HTTP request whose time and size are bounded. Redirects are not followed. Nothing of the request shows in what is resolved. */
export async function fetchBounded(
  dispatcher: Dispatcher,
  wanted: BoundedRequest,
  signal?: AbortSignal,
): Promise<BoundedReply> {
  const limit = AbortSignal.timeout(wanted.timeLimitMs);
  try {
    const reply = await request(wanted.url, {
      dispatcher,
      method: wanted.method,
      headers: { 'user-agent': 'ivrs-gateway', ...wanted.headers },
      body: wanted.body ?? null,
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    const body = await bodyWithin(reply.body, wanted.maxBodyBytes);
    if (body === null) return { result: 'too_large' };
    const contentType = headerOf(reply.headers, 'content-type').toLowerCase();
    return {
      ...{ result: 'answered', status: reply.statusCode, contentType, body },
      retryAfterMs: secondsAsMs(headerOf(reply.headers, 'retry-after')),
    };
  } catch (error) {
    if (signal?.aborted === true) return { result: 'aborted' };
    if (limit.aborted) return { result: 'timed_out' };
    return { result: 'failed', code: codeOf(error) };
  }
}

async function bodyWithin(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return null; // leaving the loop destroys the body, and its connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headerOf(headers: Dispatcher.ResponseData['headers'], name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** An HTTP date, the other form of `Retry-After`, is left to the breaker's own patience. */
function secondsAsMs(text: string): number | null {
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown fault';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
