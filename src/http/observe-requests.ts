import type { MiddlewareHandler } from 'hono';
import type { IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AppEnv } from './app-env.ts';

/** A request id that the asker chose is kept when it cannot be anything else: a string of digits might be a phone number. */
const wellFormedId = /^(?=.*[A-Za-z])[\w.:-]{1,128}$/;

export interface AnsweredRequest {
  method: string;
  /** As it was declared: `/v1/calls/{id}`; null where there is no such path. */
  route: string | null;
  status: number;
  durationMs: number;
}

/**
 * Gives every response its X-Request-Id and every request one line in the log. The line has the route, never the path as it came:
 * paths and queries can hold numbers and references. An id of ours in the path is named, and the API key by its id.
 */
export function observeRequests(observer: {
  ids: IdSource;
  clock: Clock;
  log: Log;
  onAnswered?: (request: AnsweredRequest) => void;
}): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = observer.clock.now();
    const requestId = chooseRequestId(observer.ids, c.req.header('X-Request-Id'));
    c.set('requestId', requestId);
    c.header('X-Request-Id', requestId);
    c.header('Cache-Control', 'no-store');
    await next();
    const { method } = c.req;
    const { status } = c.res;
    const route = c.get('route') ?? null;
    const durationMs = observer.clock.now() - startedAt;
    observer.log.info(
      {
        request_id: requestId,
        ...{ method, route, status },
        subject: c.get('subject') ?? null,
        api_key: c.get('apiKey') ?? null,
        duration_ms: durationMs,
      },
      'answered a request',
    );
    observer.onAnswered?.({ method, route, status, durationMs });
  };
}

function chooseRequestId(ids: IdSource, asked: string | undefined): string {
  return asked !== undefined && wellFormedId.test(asked) ? asked : ids.newId('req');
}
