import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Clock } from '../lib/clock.ts';

export interface PostRequest {
  url: URL;
  headers: Record<string, string>;
  body: string;
  /** For everything from the look-up to the end of the reply. */
  timeLimitMs: number;
  /** As much of a reply's body is waited for, so that its connection can be used again; more is cut off. */
  longestReplyBytes: number;
}

export interface PostReply {
  statusCode: number;
  headers: IncomingHttpHeaders;
}

/**
 * Posts a body and waits for the end of the reply, of which nobody reads more than status and headers. What was answered counts, whether or not
 * the rest of the reply comes. Undici's own `request` makes a stream of each reply, and listens to a signal for each.
 *
 * @throws what undici does, or a `TimeoutError` when no reply began within the time limit
 */
export function postOnce(
  { dispatcher, clock }: { dispatcher: Dispatcher; clock: Clock },
  { url, headers, body, timeLimitMs, longestReplyBytes }: PostRequest,
): Promise<PostReply> {
  const { promise, resolve, reject } = Promise.withResolvers<PostReply>();
  let reply: PostReply | null = null;
  let request: Dispatcher.DispatchController | null = null;
  let late: DOMException | null = null;
  let leftBytes = longestReplyBytes;
  const over = (error?: Error): void => {
    timer.cancel();
    if (reply !== null) resolve(reply);
    else reject(error ?? new Error('the reply ended before it began'));
  };
  const timer = clock.setTimer(timeLimitMs, () => {
    late = new DOMException('no reply in time', 'TimeoutError');
    request?.abort(late);
    over(late);
  });
  const post = {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: 'POST',
    headers,
    body,
  } as const;
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(controller) {
      request = controller;
      // its time was over before it had a connection
      if (late !== null) controller.abort(late);
    },
    onResponseStart(_controller, statusCode, headers) {
      if (statusCode >= 200) reply = { statusCode, headers };
    },
    onResponseData(controller, chunk) {
      leftBytes -= chunk.byteLength;
      if (leftBytes < 0) controller.abort(new Error('the reply is longer than anybody reads'));
    },
    onResponseEnd: () => over(),
    onResponseError: (_controller, error) => over(error),
  };
  try {
    dispatcher.dispatch(post, handler);
  } catch (error) {
    over(error instanceof Error ? error : new Error(String(error)));
  }
  return promise;
}
