import { Pool } from 'undici';

/** One request to the gateway's API, over connections that are kept. Resolves with the status and the parsed body. */
export type AskApi = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  request?: ApiRequest,
) => Promise<ApiReply>;

export interface ApiRequest {
  body?: object;
  idempotencyKey?: string;
}

export interface ApiReply {
  status: number;
  body: unknown;
}

const apiConnections = 32;

export function askOver(url: string, apiKey: string): { api: AskApi; close: () => Promise<void> } {
  const pool = new Pool(url, { connections: apiConnections });
  return {
    close: () => pool.close(),
    async api(method, path, { body, idempotencyKey } = {}) {
      const reply = await pool.request({
        method,
        path,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        body: body ? JSON.stringify(body) : null,
      });
      return { status: reply.statusCode, body: await reply.body.json() };
    },
  };
}
