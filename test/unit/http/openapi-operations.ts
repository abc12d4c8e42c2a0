import type { FakeGateway } from './fake-gateway.ts';
import {
  apiKey,
  callBackRequest,
  callId,
  campaignId,
  endpointId,
  eventId,
  optOutId,
  someErasure,
  voiceMessage,
} from './fake-gateway.ts';

/** One operation of the OpenAPI document, as far as tests need it. */
export interface Operation {
  method: string;
  path: string;
  operationId: string;
  scope: string | null;
  alsoScope: string | null;
  needsIdempotencyKey: boolean;
  queryNames: string[];
  hasBody: boolean;
  facts: OperationObject;
}

export interface OperationObject {
  tags: string[];
  operationId?: string;
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  'x-required-scope'?: string;
  'x-also-required-scope'?: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: unknown }> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, { schema: unknown }> }
  >;
}

export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, OperationObject>>;
  webhooks: Record<string, Record<string, OperationObject>>;
  components: Record<string, Record<string, unknown>>;
  tags: { name: string }[];
}

export async function documentOf(gateway: FakeGateway): Promise<OpenApiDocument> {
  return (await (await gateway.app.request('/openapi.json')).json()) as OpenApiDocument;
}

/** Every operation that the service itself documents, so that no route is forgotten. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, facts]) => ({
      method: method.toUpperCase(),
      path,
      operationId: facts.operationId ?? '',
      scope: facts['x-required-scope'] ?? null,
      alsoScope: facts['x-also-required-scope'] ?? null,
      needsIdempotencyKey: facts.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false,
      queryNames:
        facts.parameters?.filter((parameter) => parameter.in === 'query').map(({ name }) => name) ?? [],
      hasBody: facts.requestBody !== undefined,
      facts,
    })),
  );
}

/** The operation's path with an id in it that can exist. */
export function concretePath(operation: Operation): string {
  const id = operation.path.startsWith('/v1/calls')
    ? callId
    : operation.path.startsWith('/v1/campaigns')
      ? campaignId
      : operation.path.startsWith('/v1/webhook')
        ? endpointId
        : operation.path.startsWith('/v1/voice-messages')
          ? voiceMessage.message.id
          : operation.path.startsWith('/v1/opt-outs')
            ? optOutId
            : operation.path.startsWith('/v1/call-back-requests')
              ? callBackRequest.id
              : operation.path.startsWith('/v1/api-keys')
                ? apiKey.id
                : operation.path.startsWith('/v1/erasures')
                  ? someErasure.id
                  : 'teacher-quiz';
  const query = operation.operationId === 'readLookupSecret' ? '?host=school.example.org' : '';
  return `${operation.path
    .replace('{id}', id)
    .replace('{language}', 'hi')
    .replace('{name}', 'simulator')
    .replace('{number}', operation.path.startsWith('/v1/lines') ? '+911412345678' : '1')}${query}`;
}

const bodies: Readonly<Record<string, unknown>> = {
  dryRunTrunks: { to: '+919876543210' },
  claimCallBackRequest: { agent: 'meena' },
  claimNextCallBackRequest: { agent: 'meena' },
  noteCallBackRequest: { agent: 'meena', text: 'Not at home.' },
  releaseCallBackRequest: { agent: 'meena' },
  finishCallBackRequest: { agent: 'meena', result: 'told' },
  eraseSomebody: { to: '+919876543210' },
  optOut: { to: '+919876543210', scope: 'list:school-updates' },
  importOptOuts: [{ to: '+919876543210', scope: 'all' }],
  importOptIns: [{ to: '+919876543210', list: 'school-updates' }],
  putLine: { mode: 'missed_call', list: 'school-updates' },
  importFlow: { blocks: [] },
  placeCall: { to: '+919876543210', flow: 'teacher-quiz' },
  cancelCall: {},
  storeFlow: {},
  rehearseFlow: { keys: ['1', null] },
  preflightFlow: {},
  recordPrompts: { to: '+919876543210', language: 'hi' },
  storePrompt: { text: 'नमस्ते' },
  createCampaign: { name: 'School reopening', flow: 'teacher-quiz' },
  changeCampaign: { pace: { calls_per_second: 2 } },
  startCampaign: { pilot: 100 },
  pauseCampaign: {},
  resumeCampaign: {},
  closeCampaign: {},
  cancelCampaign: {},
  importCalls: [{ to: '+919876543210', reference: 'r1' }],
  createWebhookEndpoint: { url: 'https://campaigns.example/' },
  changeWebhookEndpoint: { enabled: true },
  rotateWebhookSecret: {},
  replayWebhookEvents: { after: eventId },
  createApiKey: { name: 'Campaign system', scopes: ['calls:write'] },
  rotateApiKey: {},
};

/** A body that the operation accepts. */
export function goodBody(operation: Operation): unknown {
  if (!operation.hasBody) return undefined;
  const body = bodies[operation.operationId];
  if (body === undefined) throw new Error(`tests know no body for ${operation.operationId}: add one`);
  return body;
}
