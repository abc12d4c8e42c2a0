/** The gateway's API as the demonstration uses it: plain `fetch`, as any orchestrator could. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  /** What is no JSON, such as sound. */
  getBytes(path: string): Promise<Buffer>;
  post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
}

export interface DemoCall {
  id: string;
  status: string;
  outcome: string | null;
  reached: boolean;
  resume_at: string | null;
  responses: { question: string; value: string; given_on: 'call' | 'request' }[];
}

export interface TimelineLine {
  at: string;
  type: string;
  step: string | null;
  key: string | null;
  use?: string;
}

export function createApiClient(url: string, apiKey: string): ApiClient {
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Response> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response;
  };
  return {
    get: async <T>(path: string) => (await (await ask('GET', path)).json()) as T,
    getBytes: async (path) => Buffer.from(await (await ask('GET', path)).arrayBuffer()),
    post: async <T>(path: string, body: unknown, idempotencyKey?: string) =>
      (await (await ask('POST', path, body, idempotencyKey)).json()) as T,
    put: async <T>(path: string, body: unknown) => (await (await ask('PUT', path, body)).json()) as T,
  };
}
