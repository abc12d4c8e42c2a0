import type { CallView } from '../../src/domain/calls/call-view.ts';
import { testApiKey } from './gateway-process.ts';

/** One answer of the API, whatever its status. */
export interface ApiReply<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** A line of a call's timeline; `detail` is spread into it. */
export interface TimelineLine {
  at: string;
  type: string;
  attempt: number | null;
  step: string | null;
  key: string | null;
  [detail: string]: unknown;
}

/** The gateway's API as an orchestrator uses it. */
export interface ApiClient {
  ask<T>(method: string, path: string, rest?: AskOptions): Promise<ApiReply<T>>;
  upload<T>(method: string, path: string, file: { type: string; bytes: Uint8Array }): Promise<ApiReply<T>>;
  call(id: string): Promise<CallView>;
  timeline(id: string): Promise<TimelineLine[]>;
}

export interface AskOptions {
  body?: unknown;
  idempotencyKey?: string;
}

/** @param url where the gateway is at the moment of the request: a restart changes it */
export function createApiClient(url: () => string): ApiClient {
  async function ask<T>(method: string, path: string, rest: AskOptions = {}): Promise<ApiReply<T>> {
    return send<T>(path, {
      method,
      headers: {
        ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(rest.idempotencyKey === undefined ? {} : { 'idempotency-key': rest.idempotencyKey }),
      },
      body: rest.body === undefined ? null : JSON.stringify(rest.body),
    });
  }

  async function send<T>(
    path: string,
    request: {
      method: string;
      headers: Record<string, string>;
      body: string | Uint8Array<ArrayBuffer> | null;
    },
  ): Promise<ApiReply<T>> {
    const headers = { authorization: `Bearer ${testApiKey}`, ...request.headers };
    const reply = await fetch(`${url()}${path}`, { ...request, headers });
    const text = await reply.text();
    return {
      status: reply.status,
      headers: reply.headers,
      body: (text === '' ? null : JSON.parse(text)) as T,
    };
  }

  async function get<T>(path: string): Promise<T> {
    const { status, body } = await ask<T>('GET', path);
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  return {
    ask,
    upload: (method, path, { type, bytes }) =>
      send(path, { method, headers: { 'content-type': type }, body: Uint8Array.from(bytes) }),
    call: (id) => get(`/v1/calls/${id}`),
    timeline: async (id) => (await get<{ data: TimelineLine[] }>(`/v1/calls/${id}/timeline`)).data,
  };
}
