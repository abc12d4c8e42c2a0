import { Pool } from 'undici';
import type { Clock } from '../../lib/clock.ts';
import { AriError } from './ari-error.ts';
import type { AriReply, AriRequest } from './ari-request.ts';

/** ARI over plain HTTP, for requests that block in Asterisk: a bounded number of connections, each request with its own time limit. */
export interface AriHttp {
  request(request: AriRequest): Promise<AriReply>;
  /** The body as it comes, however long it takes; null where there is no such thing. @throws AriError, also while it is read */
  download(request: AriRequest): Promise<AsyncIterable<Uint8Array> | null>;
  /** Cuts what is in flight. */
  close(): Promise<void>;
}

export interface AriHttpOptions {
  /** `http://host:port` */
  origin: string;
  /** Path of ARI on it, with slashes around: `/ari/`. */
  basePath: string;
  user: string;
  password: string;
  clock: Clock;
}

const mostConnections = 16;
/** Below Asterisk's `session_keep_alive` (15 s by default), so that we never send into a connection that it is closing. */
const keepAliveMs = 10_000;
/** No piece of a file for so long: it will not come. */
const downloadStallMs = 5_000;

export function createAriHttp(options: AriHttpOptions): AriHttp {
  const pool = new Pool(options.origin, {
    connections: mostConnections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    connectTimeout: 5_000,
  });
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;

  async function send({ method, path, body }: AriRequest, signal: AbortSignal): Promise<AriReply> {
    const reply = await pool.request({
      method,
      path: options.basePath + path,
      headers: { authorization, ...(body === null ? {} : { 'content-type': 'application/json' }) },
      body: body === null ? null : JSON.stringify(body),
      signal,
    });
    const text = await reply.body.text();
    return { status: reply.statusCode, body: parsed(text) };
  }

  return {
    async request(request) {
      const abort = new AbortController();
      const limit = options.clock.setTimer(request.limitMs, () => abort.abort());
      try {
        return await send(request, abort.signal);
      } catch (error) {
        throw ariErrorOf(error, abort.signal.aborted);
      } finally {
        limit.cancel();
      }
    },
    async download({ method, path }) {
      try {
        const reply = await pool.request({
          method,
          path: options.basePath + path,
          headers: { authorization },
          bodyTimeout: downloadStallMs,
        });
        if (reply.statusCode === 200) return translated(reply.body);
        await reply.body.dump();
        if (reply.statusCode === 404) return null;
        throw new AriError('refused', `Asterisk gave no file: status ${reply.statusCode}`);
      } catch (error) {
        throw error instanceof AriError ? error : ariErrorOf(error, false);
      }
    },
    close: () => pool.destroy(),
  };
}

async function* translated(body: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const piece of body) if (piece instanceof Uint8Array) yield piece;
  } catch (error) {
    throw ariErrorOf(error, false);
  }
}

function ariErrorOf(error: unknown, timedOut: boolean): AriError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (timedOut) return new AriError('timed_out', 'no reply over HTTP within the time limit', error);
  const neverLeft = [
    'ECONNREFUSED',
    'EHOSTUNREACH',
    'ENOTFOUND',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_DESTROYED',
  ];
  return neverLeft.includes(code)
    ? new AriError('unreachable', code, error)
    : new AriError('connection_lost', code, error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
