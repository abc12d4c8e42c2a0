import { randomBytes } from 'node:crypto';
import { sampleIds } from '../../support/sample-call.ts';
import { sampleCampaign } from '../../support/sample-campaign.ts';
import type {
  ImportedSubscriptions,
  ReadOptOut,
  SubscriptionRow,
} from '../../../src/workflows/subscription-use-cases.ts';
import type { MissedCall } from '../../../src/domain/lines/missed-call.ts';
import type { Erasure } from '../../../src/domain/privacy/erasure.ts';
import type { CallBackRequest } from '../../../src/domain/call-centre/call-back-request.ts';
import type { ApiKey } from '../../../src/domain/api-keys/api-key.ts';
import { scopes, type Scope } from '../../../src/domain/api-keys/scope.ts';
import { lineOf } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import { createIdSource } from '../../../src/domain/ids.ts';
import { noCalls } from '../../../src/domain/campaigns/campaign-counts.ts';
import type { Campaign } from '../../../src/domain/campaigns/campaign.ts';
import type { ImportReport, ImportRow } from '../../../src/workflows/import-calls.ts';
import type { PersonHash } from '../../../src/domain/calls/call.ts';
import type {
  ApiKeyId,
  CallId,
  CampaignId,
  EndpointId,
  EventId,
  IdSource,
  VoiceMessageId,
} from '../../../src/domain/ids.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { rehearseFlow } from '../../../src/domain/flows/rehearsal/rehearse-flow.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import type { PromptVersion } from '../../../src/domain/prompts/prompt-version.ts';
import { describeResults } from '../../../src/domain/flows/flow-results.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';
import { dryRunTrunks } from '../../../src/workflows/dry-run-trunks.ts';
import type { TrunkView } from '../../../src/workflows/read-trunks.ts';
import { createApp, type AppNeeds } from '../../../src/http/create-app.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRateLimiter } from '../../../src/lib/rate-limiter.ts';
import type { PromptView } from '../../../src/workflows/prompt-use-cases.ts';
import type {
  Authenticated,
  Preflight,
  KeptSound,
  ReadCall,
  ReadVoiceMessage,
  StoredFlow,
  UseCases,
} from '../../../src/workflows/use-cases.ts';
import type { WebhookEndpoint, ListedDelivery } from '../../../src/workflows/webhook-use-cases.ts';

/** An app on use cases that always find something, for tests of what HTTP itself does; each test overrides what it is about. */
export interface FakeGateway {
  app: ReturnType<typeof createApp>;
  /** What the use cases were asked, in order. */
  asked: { useCase: keyof UseCases; argument: unknown }[];
  logged: { level: string; fields: Record<string, unknown>; message: string }[];
}

export const adminKey = 'admin-key';
export const clearNumber = '+919876543210';
export const callId = 'call_01k6m3q4t8v5w2x9y7z1a3b5c7' as CallId;
export const eventId = 'evt_01k6m3q4t8v5w2x9y7z1a3b5c7' as EventId;
export const endpointId = 'whe_01k6m3q4t8v5w2x9y7z1a3b5c7' as EndpointId;

export function fakeGateway(overrides: Partial<UseCases> = {}, needs: Partial<AppNeeds> = {}): FakeGateway {
  const { useCases, asked } = fakeUseCases(overrides);
  const logged: FakeGateway['logged'] = [];
  const logAs = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Record<string, unknown>, message });
  const app = createApp({
    useCases,
    readiness: () => ({ ready: true, checks: [{ name: 'database', ok: true, detail: null }] }),
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    authenticate: authenticateByName,
    ids: someIds(),
    clock: systemClock,
    log: { debug: logAs('debug'), info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
    isDraining: () => false,
    pages: null,
    rateLimiter: createRateLimiter(systemClock, { perSecond: 1_000_000 }),
    ...needs,
  });
  return { app, asked, logged };
}

/** Use cases that always find something, and what they were asked. */
export function fakeUseCases(overrides: Partial<UseCases>): {
  useCases: UseCases;
  asked: FakeGateway['asked'];
} {
  const asked: FakeGateway['asked'] = [];
  return { useCases: recording({ ...obligingUseCases, ...overrides }, asked), asked };
}

/** The key `admin-key`, and `key-with <scope>+<scope>` written `key-with-calls.read~numbers.read`. */
export function authenticateByName(token: string): Promise<Authenticated> {
  const as = (owner: string, held: readonly Scope[]): Promise<Authenticated> =>
    Promise.resolve({
      result: 'valid',
      principal: { keyId: token as ApiKeyId, owner, scopes: new Set(held) },
    });
  if (token === adminKey) return as('owner-a', ['admin']);
  if (!token.startsWith('key-with-')) return Promise.resolve({ result: 'unknown' });
  const names = token.slice('key-with-'.length).replaceAll('.', ':').split('~');
  return as(
    'owner-b',
    scopes.filter((scope) => names.includes(scope)),
  );
}

export function keyWith(...scopes: string[]): string {
  return `key-with-${scopes.map((scope) => scope.replace(':', '.')).join('~')}`;
}

export function someIds(): IdSource {
  return createIdSource(systemClock, (count) => randomBytes(count));
}

export const view: CallView = {
  id: callId,
  direction: 'outgoing',
  line: null,
  reference: 'teacher-4711',
  campaign_id: null,
  list: null,
  to: '+91******3210',
  from: null,
  language: 'hi',
  flow: { id: 'teacher-quiz', version: 3 },
  status: 'queued',
  outcome: null,
  reached: false,
  answered: false,
  human: null,
  heard_percent: 0,
  responses: [],
  score: null,
  resume_at: null,
  result: null,
  people: [],
  attempts: [],
  blocked_by: null,
  problem: null,
  next_attempt_at: '2026-01-31T09:00:00.000Z',
  created_at: '2026-01-31T09:00:00.000Z',
  ended_at: null,
  metadata: {},
};

export const readCall: ReadCall = { view, number: clearNumber };

export const definition = {
  title: 'Quiz',
  languages: ['hi'],
  steps: [{ id: 'hello', type: 'message', say: { text: { hi: 'नमस्ते' } } }],
} as unknown as FlowDefinition;

/** What `definition` sounds like. */
const rehearsed = rehearseFlow(compileFlow(definition, {}), {
  start: {
    language: 'hi',
    variables: {},
    responses: {},
    startAt: null,
    resumeAt: null,
    welcomeBack: false,
  },
  keys: ['1'],
  afterKeys: 'silence',
  longestTalkMs: 60_000,
  lengthOf: () => ({ durationMs: 1_500, measured: false }),
});

export const storedFlow: StoredFlow = {
  id: 'teacher-quiz',
  version: 3,
  definition,
  createdAt: 1_769_850_000_000,
};

export const endpoint: WebhookEndpoint = {
  id: endpointId,
  url: 'https://campaigns.example/webhooks',
  eventTypes: null,
  numbers: 'masked',
  description: null,
  disabledReason: null,
  createdAt: 1_769_850_000_000,
};

export const prompt: PromptVersion = {
  id: 'quiz.q1',
  language: 'hi',
  version: 2,
  content: {
    text: null,
    recording: {
      hash: 'a'.repeat(40),
      originalHash: 'b'.repeat(64),
      format: 'mp3',
      originalBytes: 30_111,
      durationMs: 7_150,
      loudnessDbfs: -22.004,
    },
  },
  createdAt: 1_769_850_000_000,
  deletedAt: null,
};

export const promptView: PromptView = {
  ...prompt,
  sound: { state: 'ready', voice: null, durationMs: 7_150, loudnessDbfs: -22.004 },
};

export const preflight: Preflight = {
  flow: { id: 'teacher-quiz', version: 3 },
  isReady: false,
  languages: [
    {
      language: 'hi',
      isReady: false,
      durationMs: 7_150,
      prompts: [
        {
          ...{ pointer: '/steps/0/say', step: 'hello', prompt: 'quiz.q1', state: 'ready', durationMs: 7_150 },
          ...{ isRecorded: true, voice: null, detail: null },
        },
        {
          ...{ pointer: '/steps/1/say', step: 'bye', prompt: 'quiz.bye', state: 'missing', durationMs: null },
          ...{ isRecorded: false, voice: null, detail: null },
        },
      ],
      ownWords: { sounds: 3, state: 'ready', detail: null },
      missing: ['quiz.bye'],
    },
  ],
};

export const delivery: ListedDelivery = {
  id: 'dlv_01m7y25cwt8akx9p0vjtx7j1jr' as ListedDelivery['id'],
  endpointId,
  eventId: 'evt_01m7y25cwt8akx9p0vjtx7j1jr' as ListedDelivery['eventId'],
  eventType: 'call.ended',
  callId,
  state: 'dead',
  tries: 10,
  lastStatus: 500,
  lastError: 'The receiver answered 500.',
  createdAt: 1_769_850_000_000,
  nextTryAt: null,
  settledAt: 1_769_850_900_000,
};

export const campaignId = 'cmp_01k6m3q4t8v5w2x9y7z1a3b5c7' as CampaignId;

export const campaign: Campaign = sampleCampaign({
  id: campaignId,
  state: { status: 'draft' },
  machineDetection: false,
  createdAt: 1_769_850_000_000,
});

async function countRows(rows: AsyncIterable<ImportRow>): Promise<ImportReport> {
  const report: ImportReport = { accepted: 0, alreadyThere: 0, rejected: 0, errors: [] };
  for await (const row of rows) {
    if ('request' in row) report.accepted += 1;
    else {
      report.rejected += 1;
      report.errors.push(...row.faults.map(({ pointer, detail }) => ({ line: row.line, pointer, detail })));
    }
  }
  return report;
}

async function* noRows(): AsyncGenerator<never> {
  // nothing to list
}

export const voiceMessage: ReadVoiceMessage = {
  message: {
    id: 'vm_01k6m3q4t8v5w2x9y7z1a3b5c7' as VoiceMessageId,
    callId,
    question: 'complaint',
    attempt: 1,
    referenceNumber: '1234566',
    durationMs: 4_120,
    recordedAt: 1_769_850_000_000,
    prompt: { id: 'quiz.q1', language: 'hi' },
    kept: { state: 'kept', version: 2 },
    person: 'person' as PersonHash,
    fromMasked: '+91******3210',
    language: 'hi',
    flow: { id: 'complaint', version: 1 },
    reference: 'teacher-4711',
  },
  number: clearNumber,
};

function someSound(): KeptSound {
  const bytes = Buffer.from('RIFF');
  const pieces = async function* () {
    yield await Promise.resolve(bytes);
  };
  return { sizeBytes: bytes.length, pieces: pieces() };
}
const packageId = '0c364ee1-0305-42ad-9fc9-2ec5a80c55fa';

const importedFlow = {
  title: 'Quiz',
  languages: ['hi'],
  steps: [{ id: 'hello', type: 'message', say: { text: { hi: 'नमस्ते' } } }],
};

export const trunkView: TrunkView = {
  trunk: simulatorTrunk,
  condition: 'up',
  reason: null,
  drainedAt: null,
  closedUntil: null,
  live: 3,
  paceFactor: 1,
  sightings: {},
};

const someDryRun = dryRunTrunks(
  { trunks: [simulatorTrunk], trunkBoard: { isOpen: () => true } },
  {
    to: clearNumber,
    purpose: 'service',
    trunk: null,
    callerId: null,
  },
);

const line = lineOf(
  '+911412345678' as LineNumber,
  { mode: 'missed_call', list: 'school-updates', call_back: { flow: 'welcome' } },
  { createdAt: 1_769_850_000_000, changedAt: 1_769_850_000_000 },
);

export const optOutId = sampleIds.newId('opo');

export const missedCall: MissedCall = {
  ...{ id: sampleIds.newId('mc'), leg: sampleIds.newId('att'), line: line.number, caller: 'person' },
  ...{ person: 'p' as PersonHash, trunk: 'carrier-a', receivedAt: 1_769_850_000_000 },
  ...{ duplicateOf: null, blockedBy: null, callBack: { state: 'none' } },
};

export const someOptOut: ReadOptOut = {
  number: clearNumber,
  optOut: {
    ...{ id: optOutId, person: 'p' as PersonHash, scope: 'list:school-updates', source: 'api' },
    ...{ at: 1_769_850_000_000, callId: null, missedCallId: null, line: null },
  },
};

export const someErasure: Erasure = {
  ...{ id: sampleIds.newId('era'), person: 'p' as PersonHash, requestedBy: 'office', doneAt: null },
  ...{ requestedAt: 1_769_850_000_000, reachesUntil: 1_769_850_000_000 },
};

export const callBackRequest: CallBackRequest = {
  ...{
    id: sampleIds.newId('cbr'),
    callId,
    person: 'p' as PersonHash,
    campaignId: null,
    reference: 'teacher-4711',
  },
  ...{ member: null, question: 'help', value: 'person', language: 'hi', requestedAt: 1_769_850_000_000 },
  state: { state: 'claimed', agent: 'meena', until: 1_769_851_800_000 },
  history: [{ at: 1_769_850_000_000, what: 'claimed', agent: 'meena', by: 'office', text: null }],
};

export const apiKey: ApiKey = {
  ...{ id: sampleIds.newId('key'), name: 'Campaign system', owner: 'campaigns' },
  ...{ scopes: ['calls:read', 'calls:write'], keyStart: 'ivrs_7k2m' },
  ...{ createdAt: 1_769_850_000_000, createdBy: 'configuration', expiresAt: null, lastUsedAt: null },
  ...{ rotated: null, previous: null, revoked: null },
};
export const apiKeyText = 'ivrs_7k2m0000000000000000000000000000c0ffee0';

const someCallBack = { request: callBackRequest, number: clearNumber };

async function countSubscriptions(rows: AsyncIterable<SubscriptionRow>): Promise<ImportedSubscriptions> {
  const report: ImportedSubscriptions = { accepted: 0, alreadyThere: 0, rejected: 0, errors: [] };
  for await (const row of rows) report['faults' in row ? 'rejected' : 'accepted'] += 1;
  return report;
}

const obligingUseCases: UseCases = {
  readCapacity: () =>
    Promise.resolve([
      {
        ...trunkView,
        ...{ free: 250, perSecond: 47.57, isMeasured: false, timeZone: 'UTC', willFit: 1_000 },
        queueAhead: { emergency: 0, high: 1, normal: 2 },
        windowClosesAt: Date.parse('2026-03-02T15:30:00Z'),
      },
    ]),
  dryRunTrunks: () => Promise.resolve(someDryRun),
  listMissedCalls: () => Promise.resolve([{ number: clearNumber, missedCall }]),
  listOptIns: () =>
    Promise.resolve([
      {
        number: clearNumber,
        optedOutAt: null,
        optIn: {
          ...{ id: sampleIds.newId('opi'), person: 'p' as PersonHash, member: null, list: 'school-updates' },
          ...{ at: 1_769_850_000_000, proof: { source: 'import' } },
        },
      },
    ]),
  listOptOuts: () => Promise.resolve([someOptOut]),
  optOut: () => Promise.resolve({ result: 'recorded', optOut: someOptOut }),
  deleteOptOut: () => Promise.resolve('deleted'),
  importOptOuts: (rows) => countSubscriptions(rows),
  importOptIns: (rows) => countSubscriptions(rows),
  requestErasure: () => Promise.resolve({ result: 'requested', erasure: someErasure }),
  readErasure: () => Promise.resolve({ ...someErasure, doneAt: 1_769_850_020_000 }),
  listErasures: () => Promise.resolve([someErasure]),
  listCallBackRequests: () => Promise.resolve([someCallBack]),
  countOpenCallBackRequests: () => Promise.resolve(3),
  readCallBackRequest: () => Promise.resolve(someCallBack),
  claimCallBackRequest: () => Promise.resolve({ result: 'changed', read: someCallBack }),
  claimNextCallBackRequest: () => Promise.resolve(someCallBack),
  noteCallBackRequest: () => Promise.resolve({ result: 'changed', read: someCallBack }),
  releaseCallBackRequest: () => Promise.resolve({ result: 'changed', read: someCallBack }),
  finishCallBackRequest: () => Promise.resolve({ result: 'changed', read: someCallBack }),
  putLine: () => Promise.resolve({ result: 'created', line }),
  readLine: () => Promise.resolve(line),
  listLines: () => Promise.resolve([line]),
  deleteLine: () => Promise.resolve('deleted'),
  listTrunks: () => Promise.resolve([trunkView]),
  readTrunk: () => Promise.resolve(trunkView),
  drainTrunk: () => Promise.resolve(trunkView),
  resumeTrunk: () => Promise.resolve(trunkView),
  createCampaign: () => Promise.resolve({ result: 'created', campaign: { campaign, counts: noCalls } }),
  changeCampaign: () => Promise.resolve({ result: 'changed', campaign, counts: noCalls }),
  moveCampaign: () => Promise.resolve({ result: 'moved', campaign, counts: noCalls }),
  readCampaign: () => Promise.resolve({ campaign, counts: noCalls, estimate: null }),
  listCampaigns: () => Promise.resolve([{ campaign, counts: noCalls }]),
  listStartedCampaigns: () => Promise.resolve([{ campaign, counts: noCalls }]),
  importCalls: async ({ rows }) => ({ result: 'imported', report: await countRows(rows) }),
  readCampaignReport: () => Promise.resolve({ groups: [] }),
  exportCalls: () =>
    Promise.resolve({ questions: ['q1'], metadataKeys: () => Promise.resolve([]), calls: noRows() }),
  acceptCall: () => Promise.resolve({ result: 'accepted', replayed: false, call: readCall }),
  readCall: () => Promise.resolve(readCall),
  listCalls: () => Promise.resolve([readCall]),
  readTimeline: () =>
    Promise.resolve([
      {
        at: 1_769_850_000_000,
        type: 'key',
        attempt: 1,
        step: 'q1',
        key: '1',
        detail: { used: true, at: 'never this' },
      },
    ]),
  recordPrompts: () =>
    Promise.resolve({
      ...{ result: 'accepted', replayed: false, call: readCall },
      prompts: [{ number: 1, id: 'quiz.q1', text: null }],
    }),
  cancelCall: () => Promise.resolve({ result: 'cancelled', call: readCall }),
  storeFlow: () => Promise.resolve({ result: 'stored', flow: storedFlow, created: true, advice: [] }),
  importFlow: () =>
    Promise.resolve({
      result: 'imported',
      source: 'floip',
      imported: { flow: importedFlow, notes: [], prompts: [], suggestedId: 'quiz' },
      faults: [],
    }),
  readResultsPackage: () =>
    Promise.resolve(
      describeResults({
        id: packageId,
        flowId: 'teacher-quiz',
        versions: [storedFlow],
        responsesPath: '/v1/flows/teacher-quiz/flow-results/responses',
      }),
    ),
  readResultsPage: () => Promise.resolve({ packageId, rows: [], places: [] }),
  readFlow: () => Promise.resolve(storedFlow),
  listFlows: () => Promise.resolve([storedFlow]),
  rehearseFlow: ({ flow }) =>
    Promise.resolve({
      result: 'rehearsed',
      flow: { id: flow.id, version: flow.version ?? 3 },
      definition,
      language: 'hi',
      rehearsed,
      advice: [],
    }),
  preflightFlow: () => Promise.resolve(preflight),
  storePrompt: () => Promise.resolve({ result: 'stored', prompt: promptView, created: true }),
  readPrompt: () => Promise.resolve(promptView),
  listPrompts: () => Promise.resolve([prompt]),
  hearPrompt: () => Promise.resolve(Buffer.from('RIFF')),
  deletePrompt: () => Promise.resolve({ result: 'deleted' }),
  readEvents: () =>
    Promise.resolve({ result: 'events', bodies: ['{"id":"evt_1"}', '{"id":"evt_2"}'], last: null }),
  listVoiceMessages: () => Promise.resolve([voiceMessage]),
  readVoiceMessage: () => Promise.resolve(voiceMessage),
  hearVoiceMessage: () => Promise.resolve(someSound()),
  deleteVoiceMessage: () => Promise.resolve('deleted'),
  hearAttempt: () => Promise.resolve(someSound()),
  createApiKey: () => Promise.resolve({ result: 'created', key: apiKey, text: apiKeyText }),
  listApiKeys: () => Promise.resolve([apiKey]),
  readApiKey: () => Promise.resolve(apiKey),
  rotateApiKey: () => Promise.resolve({ result: 'rotated', key: apiKey, text: apiKeyText }),
  revokeApiKey: () => Promise.resolve('revoked'),
  lookupSecret: () => Promise.resolve('whsec_c2VjcmV0'),
  createWebhookEndpoint: () => Promise.resolve({ result: 'created', endpoint, secret: 'whsec_c2VjcmV0' }),
  listWebhookEndpoints: () => Promise.resolve([endpoint]),
  readWebhookEndpoint: () => Promise.resolve(endpoint),
  changeWebhookEndpoint: () => Promise.resolve({ result: 'changed', endpoint }),
  rotateWebhookSecret: () =>
    Promise.resolve({ result: 'rotated', secret: 'whsec_bmV3', previousUntil: 1_769_936_400_000 }),
  replayWebhookEvents: () =>
    Promise.resolve({ result: 'replayed', events: 2, isComplete: true, nextAfter: eventId }),
  deleteWebhookEndpoint: () => Promise.resolve('deleted'),
  listDeliveries: () => Promise.resolve([delivery]),
  countDeadDeliveries: () => Promise.resolve(new Map([[endpointId, 2]])),
  testWebhookEndpoint: () => Promise.resolve({ delivered: true, detail: 'The receiver answered 200.' }),
};

function recording(useCases: UseCases, asked: FakeGateway['asked']): UseCases {
  return new Proxy(useCases, {
    get: (target, name: keyof UseCases) => (argument: never) => {
      asked.push({ useCase: name, argument });
      return target[name](argument);
    },
  });
}

export interface AskOptions {
  key?: string | null;
  headers?: Record<string, string>;
  /** Sent as it is when a string or bytes, else as JSON. */
  body?: unknown;
}

/** Sends a request to the app, with the admin's key and, for JSON, its content type, unless told otherwise. */
export async function ask(gateway: FakeGateway, line: string, options: AskOptions = {}): Promise<Response> {
  const [method = 'GET', path = '/'] = line.split(' ');
  const { key = adminKey, body } = options;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  return gateway.app.request(path, {
    method,
    headers: {
      ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
}

/** Asks for a call, with a key of its own. */
export function placeCall(gateway: FakeGateway, options: AskOptions = {}): Promise<Response> {
  return ask(gateway, 'POST /v1/calls', {
    body: { to: clearNumber, flow: 'teacher-quiz' },
    ...options,
    headers: { 'Idempotency-Key': 'k1', ...options.headers },
  });
}
