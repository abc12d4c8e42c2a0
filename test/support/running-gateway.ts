import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import type { LabOptions, Lab } from '../../asterisk/start-lab.ts';
import { startLab } from '../../asterisk/start-lab.ts';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import type { ApiClient, ApiReply } from './api-client.ts';
import { createApiClient } from './api-client.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { startGateway, testApiKey } from './gateway-process.ts';
import type { InviteWitness } from './invite-witness.ts';
import { watchInvites } from './invite-witness.ts';
import { testFlows } from './test-flows.ts';
import type { ReceivedWebhook, WebhookReceiver } from './webhook-receiver.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';

/** The gateway's process with the orchestrator beside it: its API, its webhooks, and the moves that tests are made of. */
export interface RunningGateway {
  /** Changes with `startAgain`. */
  readonly process: GatewayProcess;
  readonly api: ApiClient;
  readonly webhooks: WebhookReceiver;
  /** After it has ended: the same again, on the same data. */
  startAgain(): Promise<void>;
  /** Asks for a call with one attempt at any hour, unless `request` says otherwise. */
  place(to: string, request?: Record<string, unknown>): Promise<CallView>;
  post(to: string, request?: Record<string, unknown>, idempotencyKey?: string): Promise<ApiReply<CallView>>;
  cancel(id: string, body?: { hang_up: boolean }): Promise<ApiReply<CallView>>;
  /** The webhook about this call that fits; the call's own events in order are in `events`. */
  heard(id: string, type: string, limitMs?: number): Promise<ReceivedWebhook>;
  /** Waits for `call.ended`, and gives the call as the API has it, which must be as the event told. */
  ended(id: string, limitMs?: number): Promise<CallView>;
  /** The same, without waiting for the webhook: after a crash, those that were on their way come when their lease has ended. */
  finished(id: string): Promise<CallView>;
  /** What the webhooks told of the call so far: verified, each once, in order and without gaps. */
  events(id: string): ReceivedWebhook[];
  /** Waits until the call's timeline has such a line. */
  untilTimeline(id: string, line: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** @param environment all that makes this gateway another one than the next: telephony, data directory */
export async function startRunningGateway(environment: Record<string, string>): Promise<RunningGateway> {
  const settings = {
    IVRS_PORT: '0',
    IVRS_API_KEY: testApiKey,
    IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
    ...environment,
  };
  const webhooks = await startWebhookReceiver();
  let current = await startGateway(settings);
  const api = createApiClient(() => current.url);
  await subscribe(api, webhooks);

  const heard: RunningGateway['heard'] = (id, type, limitMs = 45_000) =>
    webhooks.waitFor((webhook) => webhook.callId === id && webhook.type === type, limitMs);
  const post: RunningGateway['post'] = (to, request = {}, idempotencyKey = randomUUID()) =>
    api.ask('POST', '/v1/calls', { body: { ...oneAttempt, to, ...request }, idempotencyKey });

  return {
    get process() {
      return current;
    },
    api,
    webhooks,
    post,
    heard,
    events: (id) => eventsOf(webhooks, id),
    async startAgain() {
      await current.exited;
      current = await startGateway(settings);
    },
    async place(to, request) {
      const reply = await post(to, request);
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 202 });
      return reply.body;
    },
    cancel: (id, body) => api.ask('POST', `/v1/calls/${id}/cancel`, body === undefined ? {} : { body }),
    async ended(id, limitMs) {
      const told = await heard(id, 'call.ended', limitMs);
      const call = await api.call(id);
      expect(withoutNumber(told.event?.data['call'])).toEqual(withoutNumber(call));
      return call;
    },
    async finished(id) {
      const status = async (): Promise<string> => (await api.call(id)).status;
      await expect.poll(status, { timeout: 45_000, interval: 100 }).toBe('ended');
      return api.call(id);
    },
    async untilTimeline(id, line) {
      const asMatch: unknown = expect.objectContaining(line);
      await expect.poll(() => api.timeline(id), { timeout: 30_000, interval: 50 }).toContainEqual(asMatch);
    },
    async stop() {
      await current.terminate();
      await webhooks.stop();
    },
  };
}

const oneAttempt = {
  flow: 'quiz',
  calling_hours: { start: '00:00', end: '24:00' },
  retry: { max_attempts: 1 },
};

async function subscribe(api: ApiClient, webhooks: WebhookReceiver): Promise<void> {
  const endpoint = await api.ask<{ secret: string }>('POST', '/v1/webhook-endpoints', {
    body: { url: webhooks.url },
  });
  expect(endpoint.status).toBe(201);
  webhooks.secret = endpoint.body.secret;
  for (const [id, flow] of Object.entries(testFlows)) {
    const stored = await api.ask('PUT', `/v1/flows/${id}`, { body: flow });
    expect(stored, JSON.stringify(stored.body)).toMatchObject({
      status: expect.toBeOneOf([200, 201]) as number,
    });
  }
}

/** Deliveries are at least once: repeats have the same id. */
function eventsOf(webhooks: WebhookReceiver, id: string): ReceivedWebhook[] {
  const all = webhooks.received.filter((webhook) => webhook.callId === id);
  expect(all.filter((webhook) => !webhook.verified)).toEqual([]);
  const events = [...new Map(all.map((webhook) => [webhook.id, webhook])).values()];
  expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
  return events;
}

/** Masked in events, in clear for the key of the test. */
function withoutNumber(call: unknown): object {
  return { ...(call as CallView), to: null, from: null };
}

export interface CallLab {
  lab: Lab;
  gateway: RunningGateway;
  invites: InviteWitness;
}

export interface CallLabOptions extends LabOptions {
  /** What the gateway is told otherwise than the lab says. */
  environment?: (lab: Lab) => Record<string, string> | Promise<Record<string, string>>;
}

/** Two real Asterisks, the gateway as a process, a receiver of webhooks and a witness of INVITEs, for one test file. */
export function useCallLab(options: CallLabOptions = {}): () => CallLab {
  let running: CallLab | null = null;
  beforeAll(async () => {
    const lab = await startLab(options);
    try {
      const invites = await watchInvites(lab.network);
      const environment = { ...lab.environment, ...(await options.environment?.(lab)) };
      running = { lab, invites, gateway: await startRunningGateway(environment) };
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }, 150_000);
  afterAll(async () => {
    await running?.gateway.stop();
    await running?.invites.close();
    await running?.lab.stop();
  }, 60_000);
  return () => {
    if (running === null) throw new Error('the lab is there from beforeAll to afterAll only');
    return running;
  };
}

/**
 * Asks for all these calls at once, before the tests of a file: each test then waits for its own, and together they take as long
 * as the longest. Gives the call that was placed to a number.
 */
export function usePlacedCalls(
  lab: () => CallLab,
  wanted: () => readonly { to: string; request?: Record<string, unknown> }[],
): (to: string) => CallView {
  const placed = new Map<string, CallView>();
  beforeAll(async () => {
    await Promise.all(
      wanted().map(async ({ to, request }) => placed.set(to, await lab().gateway.place(to, request))),
    );
  }, 30_000);
  return (to) => {
    const call = placed.get(to);
    if (call === undefined) throw new Error(`no call was placed to ${to}`);
    return call;
  };
}
