import type { CallBackSettled, CallBackToPlace, MissedCalls } from '../db/missed-calls.ts';
import type { Ledger } from '../db/ledger.ts';
import { callBacksOwner } from '../domain/api-keys/api-key.ts';
import type { CallRequest } from '../domain/calls/call-request.ts';
import { viewCall } from '../domain/calls/call-view.ts';
import { blockingOptOut } from '../domain/calls/dialling-rules.ts';
import { callBackOf } from '../domain/lines/missed-call.ts';
import type { CallBack, Line } from '../domain/lines/line.ts';
import type { Log } from '../lib/log.ts';
import { draftCall, type DraftCallDependencies } from './draft-call.ts';
import type { LineBook } from './line-book.ts';
import { queued } from './queued.ts';
import { transitionOf } from './transition-of.ts';

export interface PlaceCallBacksDependencies extends DraftCallDependencies {
  missedCalls: Pick<MissedCalls, 'takeCallBacks' | 'settleCallBack'>;
  lines: Pick<LineBook, 'all'>;
  ledger: Pick<Ledger, 'accept' | 'optOuts' | 'whoCalls'>;
  log: Log;
  onAccepted: () => void;
}

const atOnce = 50;
/** Placing one takes milliseconds; whoever died of it leaves it to others after so long. Who is to be forgotten within a minute waits for that, too. */
const leaseMs = 20_000;

/**
 * Makes ordinary calls of the call-backs that missed calls ask for: they wait in the same queue as all others, and obey pace, hours, caps and
 * opt-outs as those do, so that thousands that come at once are spread. One open call-back a person and line: who gives missed calls in a row
 * is called once. The missed call is the idempotency key, so that it is answered once, whatever dies.
 */
export async function placeCallBacks(deps: PlaceCallBacksDependencies): Promise<void> {
  for (;;) {
    const due = await deps.missedCalls.takeCallBacks({ now: deps.clock.now(), leaseMs, limit: atOnce });
    for (const each of due)
      await deps.missedCalls.settleCallBack(each.missedCall.id, await place(deps, each));
    if (due.length < atOnce) return;
  }
}

async function place(deps: PlaceCallBacksDependencies, asked: CallBackToPlace): Promise<CallBackSettled> {
  if (asked.openCall !== null) return { state: 'joined', callId: asked.openCall };
  const line = (await deps.lines.all()).get(asked.missedCall.line);
  const callBack = line && callBackOf(line, asked.missedCall.receivedAt);
  if (!line || !callBack) return { state: 'dropped', problem: 'the line does not call back any more' };
  if (asked.number === null) return { state: 'dropped', problem: 'the number was erased' };
  const request = await requestOf(deps, { ...asked, number: asked.number, line, callBack });
  const draft = await draftCall(deps, { request, campaign: null });
  if (draft.result === 'invalid') {
    const problem = draft.faults.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    deps.log.warn({ missedCall: asked.missedCall.id, problem }, 'a caller cannot be called back');
    return { state: 'dropped', problem };
  }
  return accept(deps, { asked, line, draft });
}

async function accept(
  { ledger, ids, onAccepted }: PlaceCallBacksDependencies,
  of: {
    asked: CallBackToPlace;
    line: Line;
    draft: Extract<Awaited<ReturnType<typeof draftCall>>, { result: 'drafted' }>;
  },
): Promise<CallBackSettled> {
  const { asked, line, draft } = of;
  const optInList = line.mode === 'missed_call' && line.confirm ? line.list : null;
  const call = optInList === null ? draft.call : { ...draft.call, optInList };
  const blockedBy = blockingOptOut(call, await ledger.optOuts(call.person));
  const transition = transitionOf(ids, queued(call, blockedBy), call.createdAt);
  const accepted = await ledger.accept({
    ...{ transition, number: draft.number, reply: JSON.stringify(viewCall(transition.call)) },
    idempotency: { owner: callBacksOwner, key: asked.missedCall.id, bodyHash: '' },
  });
  switch (accepted.result) {
    case 'accepted':
      onAccepted();
      return { state: 'placed', callId: call.id };
    case 'replayed':
      return { state: 'placed', callId: accepted.callId };
    case 'still_running':
    case 'key_reused':
    case 'already_there':
    case 'campaign_over':
      throw new Error(`a call-back was not accepted: ${accepted.result}`);
  }
}

/** In the language in which the person was spoken to last, where the flow has it, and to whoever is known to share the phone, where it asks for that. */
async function requestOf(
  { resolveFlow, policy, ledger }: PlaceCallBacksDependencies,
  of: CallBackToPlace & { number: string; line: Line; callBack: CallBack },
): Promise<CallRequest> {
  const { missedCall, number, line, callBack, lastLanguage, at } = of;
  const flow = await resolveFlow(callBack.flow);
  const definition = flow.result === 'resolved' ? flow.definition : null;
  const languages: readonly string[] = definition?.languages ?? [];
  const asksWho = definition?.steps.some(({ type }) => type === 'person') ?? false;
  const { person, trunk } = missedCall;
  const people = asksWho ? (await ledger.whoCalls({ person, trunk })).people : null;
  const language =
    lastLanguage !== null && languages.includes(lastLanguage) ? lastLanguage : callBack.language;
  return {
    to: number,
    flow: callBack.flow,
    ...(language === null ? {} : { language }),
    ...(people === null ? {} : { people: people.map(({ id, name }) => ({ id, name })) }),
    ...(line.list === null ? {} : { list: line.list }),
    not_before: new Date(at).toISOString(),
    not_after: new Date(missedCall.receivedAt + policy.callLifetimeMs).toISOString(),
    metadata: { missed_call: missedCall.id, line: line.number },
  };
}
