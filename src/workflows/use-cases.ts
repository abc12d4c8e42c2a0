import type { KeyUser } from '../domain/api-keys/api-key.ts';
import type { Scope } from '../domain/api-keys/scope.ts';
import type { CallRequest } from '../domain/calls/call-request.ts';
import type { CallView } from '../domain/calls/call-view.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { CallFilter } from '../db/ledger.ts';
import type { CallId, EventId, VoiceMessageId } from '../domain/ids.ts';
import type { StoredVoiceMessage } from '../domain/voice-messages/voice-message.ts';
import type { VoiceMessageFilter } from '../db/voice-message-store.ts';
import type { KeptSound } from '../recordings/sound-store.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import type { FlowAdvice } from '../domain/flows/advice/flow-advice.ts';
import type { RecordPromptsRequest } from '../domain/calls/record-prompts-request.ts';
import type { RehearsalRequest } from '../domain/flows/rehearsal/rehearsal-request.ts';
import type { Rehearsed } from '../domain/flows/rehearsal/rehearse-flow.ts';
import type { Fault } from '../domain/fault.ts';
import type { FlowResponseFilter } from '../db/flow-responses.ts';
import type { ImportFlow, ImportFlowResult } from './import-flow.ts';
import type { ResultsPackage, ResultsPage } from './read-flow-results.ts';

import type { CampaignUseCases } from './campaign-use-cases.ts';
import type { TrunkCapacity } from './read-capacity.ts';
import type { TrunkUseCases } from './trunk-use-cases.ts';
import type { Preflight } from './preflight.ts';
import type { ErasureUseCases } from './erasure-use-cases.ts';
import type { LineUseCases } from './line-use-cases.ts';
import type { CallBackUseCases } from './call-back-use-cases.ts';
import type { PromptUseCases } from './prompt-use-cases.ts';
import type { SubscriptionUseCases } from './subscription-use-cases.ts';
import type { WebhookUseCases } from './webhook-use-cases.ts';
import type { ApiKeyUseCases } from './api-key-use-cases.ts';

export type * from './preflight.ts';

/** HTTP shows it, and may not know where it is kept. */
export type { KeptSound };

/**
 * What can be asked of the gateway from outside, one function for each use case; `createUseCases` builds them of the workflows of this
 * folder, HTTP puts them on the wire. Expected outcomes are return values, faults of the world are exceptions.
 */
export interface UseCases
  extends
    CampaignUseCases,
    TrunkUseCases,
    LineUseCases,
    SubscriptionUseCases,
    CallBackUseCases,
    ErasureUseCases,
    PromptUseCases,
    WebhookUseCases,
    ApiKeyUseCases {
  /** How much each trunk can take, and what waits. */
  readCapacity(): Promise<TrunkCapacity[]>;
  acceptCall(request: AcceptCall): Promise<AcceptCallResult>;
  readCall(id: CallId): Promise<ReadCall | null>;
  /** Null where it asks for those of a campaign that there is not. */
  listCalls(filter: CallFilter): Promise<ReadCall[] | null>;
  /** Null when there is no such call. */
  readTimeline(id: CallId): Promise<TimelineEntry[] | null>;
  cancelCall(request: { id: CallId; hangUp: boolean }): Promise<CancelCallResult>;

  /** Validates and stores a new version. `definition` is any JSON. */
  storeFlow(request: { id: string; definition: unknown }): Promise<StoreFlowResult>;
  /** A flow of somebody else's form, and what could not be carried over. Stores nothing. */
  importFlow(request: ImportFlow): Promise<ImportFlowResult>;
  /** How a flow's results are described in FLOIP Flow Results; null where there is no such flow. */
  readResultsPackage(flow: { id: string; version: number | null }): Promise<ResultsPackage | null>;
  /** Responses of all calls with this flow, in the order of the calls; null where there is no such flow. */
  readResultsPage(request: Omit<FlowResponseFilter, 'flowId'> & { id: string }): Promise<ResultsPage | null>;
  /** The newest version when none is named. */
  readFlow(flow: { id: string; version: number | null }): Promise<StoredFlow | null>;
  /** Newest version of each, by id, after the id that the page before ended with. */
  listFlows(page: { after: string | null; limit: number }): Promise<StoredFlow[]>;

  /** Plays a flow without a phone; the newest version when none is named. */
  rehearseFlow(request: {
    flow: { id: string; version: number | null };
    body: RehearsalRequest;
  }): Promise<RehearseFlowResult>;
  /** How each prompt of the flow is in each of its languages; null where there is no such flow. */
  preflightFlow(request: {
    id: string;
    version: number | null;
    variables: Readonly<Record<string, string | number | boolean>>;
  }): Promise<Preflight | null>;

  /** A call to somebody who says what a flow's prompts say, which is then what phones hear. */
  recordPrompts(request: RecordPrompts): Promise<RecordPromptsResult>;

  /** Bodies as they were sent, oldest first. `gone` when `after` is unknown or older than what is kept. */
  readEvents(page: {
    after: EventId | null;
    limit: number;
  }): Promise<{ result: 'events'; bodies: string[]; last: EventId | null } | { result: 'gone' }>;

  /** Newest first, after the id that the page before ended with. */
  listVoiceMessages(filter: VoiceMessageFilter): Promise<ReadVoiceMessage[]>;
  readVoiceMessage(id: VoiceMessageId): Promise<ReadVoiceMessage | null>;
  /** Its sound as a WAV file. Null when there is no such message. */
  hearVoiceMessage(id: VoiceMessageId): Promise<KeptSound | null>;
  deleteVoiceMessage(id: VoiceMessageId): Promise<'deleted' | 'not_found'>;
  /** The sound of an attempt that was recorded; null when there is none. */
  hearAttempt(attempt: { call: CallId; number: number }): Promise<KeptSound | null>;
  /** With what this gateway signs what it asks a host during calls: `whsec_…`. */
  lookupSecret(host: string): Promise<string>;
}

/** Who asks. `keyId` and `owner` stay the same when a key is rotated. */
export interface Principal {
  keyId: KeyUser;
  owner: string;
  scopes: ReadonlySet<Scope>;
}

/** Whether a key lets somebody in, and who that is. */
export type Authenticated =
  | { result: 'valid'; principal: Principal }
  /** It was one; `replaced`: by a rotation. */
  | { result: 'revoked' | 'replaced' | 'expired'; keyId: KeyUser }
  | { result: 'unknown' };

export interface AcceptCall {
  owner: string;
  idempotencyKey: string;
  body: CallRequest;
  /** The parsed body as it came, for comparing with an earlier request of the same key. */
  received: unknown;
}

/** A voice message as it is shown, with its person's clear number beside it, for those who may see it. */
export interface ReadVoiceMessage {
  message: StoredVoiceMessage;
  number: string | null;
}

/** A call's view has its numbers masked; `number` is the clear one, for those who may see it. */
export interface ReadCall {
  view: CallView;
  number: string | null;
}

export type AcceptCallResult =
  | { result: 'accepted'; replayed: boolean; call: ReadCall }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'key_reused' }
  | { result: 'still_running' }
  /** The campaign has a call with this reference. */
  | { result: 'already_there' }
  /** The campaign takes no calls any more. */
  | { result: 'campaign_over' }
  /** Even at the best speed, those that wait before it need all of its time. */
  | { result: 'window_full'; retryAfterMs: number };

export interface RecordPrompts {
  owner: string;
  idempotencyKey: string;
  flow: { id: string; version: number | null };
  body: RecordPromptsRequest;
  /** The parsed body as it came. */
  received: unknown;
}

export type RecordPromptsResult =
  | {
      result: 'accepted';
      replayed: boolean;
      call: ReadCall;
      /** As the person is asked for them; `text`: the words, as far as anybody wrote them down. */
      prompts: { number: number; id: string; text: string | null }[];
    }
  | Exclude<AcceptCallResult, { result: 'accepted' | 'already_there' | 'campaign_over' }>
  /** There is no such flow. */
  | { result: 'not_found' };

export type CancelCallResult =
  /** Ended now, or had ended before; nobody's phone rings. */
  | { result: 'cancelled'; call: ReadCall }
  /** The end was requested, but could not be proven in time. */
  | { result: 'cancelling'; call: ReadCall }
  | { result: 'talking' }
  | { result: 'not_found' };

export interface StoredFlow {
  id: string;
  version: number;
  definition: FlowDefinition;
  createdAt: number;
}

export type StoreFlowResult =
  | { result: 'stored'; flow: StoredFlow; created: boolean; advice: FlowAdvice[] }
  | { result: 'invalid'; faults: Fault[] };

export type RehearseFlowResult =
  | {
      result: 'rehearsed';
      /** Its version is null where the flow came with the request. */
      flow: { id: string; version: number | null };
      definition: FlowDefinition;
      language: string;
      rehearsed: Rehearsed;
      advice: FlowAdvice[];
    }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'not_found' };

/** What readiness shows: each part by name, with a sentence where it is not ready, or where something of it should be known. */
export interface Readiness {
  ready: boolean;
  checks: {
    name: 'database' | 'migrations' | 'telephony' | 'disk' | 'draining' | 'trunks';
    ok: boolean;
    detail: string | null;
  }[];
}
