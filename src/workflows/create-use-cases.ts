import type { ErasureStore } from '../db/erasure-store.ts';
import type { EventFeed } from '../db/event-feed.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { Ledger } from '../db/ledger.ts';
import type { PromptStore } from '../db/prompt-store.ts';
import type { WebhookEndpointStore } from '../db/webhook-endpoint-store.ts';
import type { WebhookPolicy } from '../webhooks/address-guard.ts';
import type { WebhookSender } from '../webhooks/webhook-sender.ts';
import { acceptCall, type AcceptCallDependencies } from './accept-call.ts';
import { createApiKeyUseCases, type ApiKeyDependencies } from './manage-api-keys.ts';
import { createCampaignUseCases, type CampaignUseCaseDependencies } from './create-campaign-use-cases.ts';
import { cancelCall, type CancelCallDependencies } from './cancel-call.ts';
import { createTrunkUseCases, type TrunkUseCaseDependencies } from './create-trunk-use-cases.ts';
import { KeysInHand } from './keys-in-hand.ts';
import { definitionAsPlayed } from './load-sub-flows.ts';
import { createPromptUseCases, type PromptUseCaseDependencies } from './create-prompt-use-cases.ts';
import { createWebhookUseCases, type WebhookUseCaseDependencies } from './create-webhook-use-cases.ts';
import { missingPrompts } from './missing-prompts.ts';
import { preflightFlow } from './preflight-flow.ts';
import type { PromptLibrary } from './prompt-library.ts';
import { createLineUseCases, type LineUseCaseDependencies } from './create-line-use-cases.ts';
import { createCallBackUseCases, type CallBackDependencies } from './manage-call-backs.ts';
import { createErasureUseCases, type ErasureDependencies } from './manage-erasures.ts';
import { createSubscriptionUseCases, type SubscriptionDependencies } from './manage-subscriptions.ts';
import { importFlow } from './import-flow.ts';
import {
  readResultsPackage,
  readResultsPage,
  type ReadFlowResultsDependencies,
} from './read-flow-results.ts';
import { listCalls, readCall, readTimeline, withNumber } from './read-calls.ts';
import { readCapacity } from './read-capacity.ts';
import type { QueueWatch } from './queue-watch.ts';
import { recordPrompts } from './record-prompts.ts';
import { rehearseFlow, type RehearseFlowDependencies } from './rehearse-flow.ts';
import {
  deleteVoiceMessage,
  hearAttempt,
  hearVoiceMessage,
  withItsNumber,
  type VoiceMessageDependencies,
} from './read-voice-messages.ts';
import { resolveFlow } from './resolve-flow.ts';
import { storeAdvisedFlow } from './store-advised-flow.ts';
import type { StoreFlowDependencies } from './store-flow.ts';
import type { UseCases } from './use-cases.ts';

export interface UseCaseDependencies
  extends
    Omit<AcceptCallDependencies, keyof DraftingOf | 'ledger' | 'keysInHand' | 'campaignOf' | 'fullFor'>,
    StoreFlowDependencies,
    PromptUseCaseDependencies,
    Pick<RehearseFlowDependencies, 'knownDurationMs'>,
    Pick<CampaignUseCaseDependencies, 'campaigns' | 'campaignCalls' | 'onCampaignMoved'>,
    Pick<LineUseCaseDependencies, 'lines' | 'onLinesChanged'>,
    Pick<TrunkUseCaseDependencies, 'trunkStore' | 'trunkBoard'>,
    Pick<SubscriptionDependencies, 'missedCalls' | 'optIns' | 'optOuts'>,
    Pick<CallBackDependencies, 'callBackRequests'>,
    Pick<ApiKeyDependencies, 'apiKeys' | 'onKeysChanged'>,
    Pick<ErasureDependencies, 'onErasure'>,
    Pick<WebhookUseCaseDependencies, 'replay' | 'wakeDelivery' | 'listDeliveries' | 'countDeadDeliveries'> {
  ledger: Ledger;
  queueWatch: Pick<QueueWatch, 'look' | 'fullFor'>;
  erasures: ErasureStore;
  voiceMessages: VoiceMessageDependencies['voiceMessages'];
  keptSounds: VoiceMessageDependencies['keptSounds'];
  hostSecret: (host: string) => Uint8Array;
  flows: FlowStore;
  prompts: PromptStore;
  library: PromptLibrary;
  endpoints: WebhookEndpointStore;
  events: EventFeed;
  listFlowResponses: ReadFlowResultsDependencies['listFlowResponses'];
  liveCalls: CancelCallDependencies['liveCalls'] & SubscriptionDependencies['liveCalls'];
  tellOfEnd: CancelCallDependencies['tellOfEnd'];
  sender: WebhookSender;
  policy: AcceptCallDependencies['policy'] & { webhooks: WebhookPolicy };
}

type DraftingOf = Pick<AcceptCallDependencies, 'resolveFlow' | 'missingPrompts'>;

/** What a draft of a call asks of flows and prompts. */
export function draftingOf(deps: UseCaseDependencies): DraftingOf {
  return {
    resolveFlow: (flow) => resolveFlow(deps, flow),
    missingPrompts: (flow, language) => missingPrompts(deps, flow, language),
  };
}

/** What can be asked of the gateway, put together from the workflows. */
export function createUseCases(deps: UseCaseDependencies): UseCases {
  const drafting = draftingOf(deps);
  const accepting: AcceptCallDependencies = {
    ...{ ...deps, ...drafting },
    fullFor: (call) => deps.queueWatch.fullFor(call),
    campaignOf: (id) => deps.campaigns.get(id),
    keysInHand: new KeysInHand(),
  };
  return {
    ...createTrunkUseCases(deps),
    ...createCampaignUseCases({
      ...deps,
      ...drafting,
      definitionOf: (flow) => definitionAsPlayed(deps, flow),
    }),
    ...createLineUseCases({ ...deps, ...drafting }),
    acceptCall: (request) => acceptCall(accepting, request),
    ...createSubscriptionUseCases(deps),
    ...createCallBackUseCases(deps),
    ...createApiKeyUseCases(deps),
    ...createErasureUseCases(deps),
    readCapacity: () => readCapacity(deps),
    readCall: (id) => readCall(deps, id),
    listCalls: (filter) => listCalls(deps, filter),
    readTimeline: (id) => readTimeline(deps, id),
    async cancelCall(request) {
      const cancelled = await cancelCall(deps, request);
      return 'call' in cancelled
        ? { result: cancelled.result, call: await withNumber(deps, cancelled.call) }
        : cancelled;
    },
    storeFlow: (request) => storeAdvisedFlow(deps, request),
    importFlow: (request) => importFlow(deps, request),
    readResultsPackage: (flow) => readResultsPackage(deps, flow),
    readResultsPage: (request) => readResultsPage(deps, request),
    readFlow: ({ id, version }) => deps.flows.getFlow(id, version),
    listFlows: (page) => deps.flows.listFlows(page),
    rehearseFlow: (request) => rehearseFlow(deps, request),
    preflightFlow: (request) => preflightFlow(deps, request),
    recordPrompts: (request) =>
      recordPrompts({ ...deps, acceptCall: (call) => acceptCall(accepting, call) }, request),
    ...createPromptUseCases(deps),
    async readEvents({ after, limit }) {
      const read = await deps.events.eventsAfter(after, limit);
      if (read.result === 'gone') return read;
      return {
        result: 'events',
        bodies: read.events.map((event) => event.body),
        last: read.events.at(-1)?.id ?? null,
      };
    },
    async listVoiceMessages(filter) {
      const messages = await deps.voiceMessages.list(filter);
      return Promise.all(messages.map((message) => withItsNumber(deps, message)));
    },
    async readVoiceMessage(id) {
      const message = await deps.voiceMessages.get(id);
      return message && withItsNumber(deps, message);
    },
    hearVoiceMessage: (id) => hearVoiceMessage(deps, id),
    deleteVoiceMessage: (id) => deleteVoiceMessage(deps, id),
    hearAttempt: (attempt) => hearAttempt(deps, attempt),
    lookupSecret: (host) => Promise.resolve(`whsec_${Buffer.from(deps.hostSecret(host)).toString('base64')}`),
    ...createWebhookUseCases({ ...deps, policy: deps.policy.webhooks }),
  };
}
