import { createHash } from 'node:crypto';
import { viewCall, type CallView } from '../domain/calls/call-view.ts';
import type { Call } from '../domain/calls/call.ts';
import { takesCalls, type Campaign } from '../domain/campaigns/campaign.ts';
import type { Fault } from '../domain/fault.ts';
import { isId, type CampaignId, type IdSource } from '../domain/ids.ts';
import type { PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdempotencyRequest, Ledger } from '../db/ledger.ts';
import { draftCall, type DraftCallDependencies } from './draft-call.ts';
import { findBlock } from './find-block.ts';
import type { KeysInHand } from './keys-in-hand.ts';
import { queued } from './queued.ts';
import { transitionOf } from './transition-of.ts';
import type { AcceptCall, AcceptCallResult } from './use-cases.ts';

export interface AcceptCallDependencies extends DraftCallDependencies {
  ledger: Pick<Ledger, 'accept' | 'acceptedBefore' | 'optOuts' | 'rangAt' | 'numberOf' | 'call'>;
  clock: Clock;
  ids: IdSource;
  /** Of all requests for calls that this process has in hand. */
  keysInHand: KeysInHand;
  /** Null where there is no such campaign. */
  campaignOf: (id: CampaignId) => Promise<Campaign | null>;
  /** How long to wait before asking again for a call that could not be dialled inside its time; null where it could. */
  fullFor: (call: Call) => Promise<number | null>;
  /** A call waits to be dialled. */
  onAccepted: () => void;
}

/**
 * Accepts a request for a call: from here on it ends with exactly one `call.ended`, whatever dies. Nothing is dialled yet. Who opted out
 * or is over the frequency cap is not refused but reported: the call is accepted and ends at once as `blocked`.
 */
export async function acceptCall(
  deps: AcceptCallDependencies,
  request: AcceptCall,
): Promise<AcceptCallResult> {
  const idempotency = idempotencyOf(request);
  return deps.keysInHand.during(idempotency, async (isShared) => {
    const drafted = await draftOrRefusal(deps, request.body);
    if (drafted.result === 'drafted') return store(deps, drafted, idempotency);
    // Of two at once, the other may have begun in time and be accepted yet: whoever asks again gets the answer that stays.
    const refusal: AcceptCallResult = isShared() ? { result: 'still_running' } : drafted;
    return (await repeated(deps, idempotency)) ?? refusal;
  });
}

type Refusal = Extract<AcceptCallResult, { result: 'invalid' | 'campaign_over' | 'window_full' }>;

interface Drafted {
  result: 'drafted';
  call: Call;
  number: PhoneNumber;
  blockedBy: string | null;
}

async function draftOrRefusal(
  deps: AcceptCallDependencies,
  body: AcceptCall['body'],
): Promise<Drafted | Refusal> {
  const named = await namedCampaign(deps, body);
  if (named.result !== 'found') return named;
  const draft = await draftCall(deps, { request: body, campaign: named.campaign });
  if (draft.result === 'invalid') return draft;
  const blockedBy = await findBlock(deps, draft.call);
  const isHeld = named.campaign !== null && named.campaign.state.status !== 'running';
  const retryAfterMs = blockedBy === null && !isHeld ? await deps.fullFor(draft.call) : null;
  return retryAfterMs === null ? { ...draft, blockedBy } : { result: 'window_full', retryAfterMs };
}

async function store(
  deps: AcceptCallDependencies,
  { call, number, blockedBy }: Drafted,
  idempotency: IdempotencyRequest,
): Promise<AcceptCallResult> {
  const transition = transitionOf(deps.ids, queued(call, blockedBy), call.createdAt);
  const view = viewCall(transition.call);
  const accepted = await deps.ledger.accept({
    transition,
    number,
    idempotency,
    reply: JSON.stringify(view),
  });
  switch (accepted.result) {
    case 'accepted':
      deps.onAccepted();
      return { result: 'accepted', replayed: false, call: { view, number } };
    case 'replayed':
      // The same body has the same number, so the stored reply, which is masked, can be shown in clear to whoever may see it.
      return {
        result: 'accepted',
        replayed: true,
        call: { view: JSON.parse(accepted.reply) as CallView, number },
      };
    case 'key_reused':
    case 'still_running':
    case 'already_there':
    case 'campaign_over':
      return { result: accepted.result };
  }
}

async function namedCampaign(
  { campaignOf }: AcceptCallDependencies,
  { campaign_id: id }: AcceptCall['body'],
): Promise<
  | { result: 'found'; campaign: Campaign | null }
  | { result: 'campaign_over' }
  | { result: 'invalid'; faults: Fault[] }
> {
  if (id === undefined) return { result: 'found', campaign: null };
  const campaign = isId('cmp', id) ? await campaignOf(id) : null;
  if (campaign === null)
    return {
      result: 'invalid',
      faults: [
        {
          ...{ pointer: '/campaign_id', detail: 'must be the id of a campaign' },
          suggestion: 'GET /v1/campaigns lists them.',
        },
      ],
    };
  return takesCalls(campaign) ? { result: 'found', campaign } : { result: 'campaign_over' };
}

/** What an earlier request with this key came to; null where there was none. */
export function acceptedBefore(
  deps: Pick<AcceptCallDependencies, 'ledger'>,
  request: Pick<AcceptCall, 'owner' | 'idempotencyKey' | 'received'>,
): Promise<AcceptCallResult | null> {
  return repeated(deps, idempotencyOf(request));
}

function idempotencyOf({
  owner,
  idempotencyKey,
  received,
}: Pick<AcceptCall, 'owner' | 'idempotencyKey' | 'received'>): IdempotencyRequest {
  return { owner, key: idempotencyKey, bodyHash: hashOf(received) };
}

/** A request that would not be accepted any more, but was: its time has passed, or its flow is gone. */
async function repeated(
  deps: Pick<AcceptCallDependencies, 'ledger'>,
  idempotency: IdempotencyRequest,
): Promise<AcceptCallResult | null> {
  const earlier = await deps.ledger.acceptedBefore(idempotency);
  if (earlier?.result !== 'replayed') return earlier;
  const call = await deps.ledger.call(earlier.callId);
  const number = call && (await deps.ledger.numberOf(call.person));
  return {
    result: 'accepted',
    replayed: true,
    call: { view: JSON.parse(earlier.reply) as CallView, number },
  };
}

function hashOf(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('base64url');
}
