import { talkPauseMs } from '../telephony.ts';
import type { DialRequest, DialResult, RefusalCode, TelephonyProblem } from '../telephony.ts';
import { AriError } from './ari-error.ts';
import type { AriReply, SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import type { LegRegistry } from './leg-registry.ts';
import { newLeg } from './leg.ts';
import { createRecentIds } from './recent-ids.ts';

/** Sends requests to dial, each id once: Asterisk itself would dial the same id again after its hang-up. */
export interface Dialler {
  dial(request: DialRequest): Promise<DialResult>;
  /** Whether Asterisk said that it took the request to dial this leg. */
  wasSent(id: string): boolean;
}

export interface DiallerOptions {
  send: SendAriRequest;
  legs: LegRegistry;
  problem: () => TelephonyProblem | null;
  context: string;
  extension: string;
}

/** Only what a trunk's template and validated digits can give: no `&` for several phones, no `Local/` into the dialplan, no options. */
const endpointForm = /^PJSIP\/[A-Za-z0-9+._-]+([@/][A-Za-z0-9+@:._-]+)?$/;
const callerIdForm = /^\+?[0-9]{1,20}$/;
const rememberedLegs = 10_000;
/** Asterisk's own limit of ringing, in case that we are not there to keep ours. */
const spareSeconds = 5;

export function createDialler({ send, legs, problem, context, extension }: DiallerOptions): Dialler {
  const asked = createRecentIds(rememberedLegs);
  const sent = createRecentIds(rememberedLegs);

  async function dial(request: DialRequest): Promise<DialResult> {
    const obstacle = obstacleTo(request);
    if (obstacle !== undefined) return { result: 'refused', code: 'not_dialable', reason: obstacle };
    const disconnected = problem();
    if (disconnected !== null)
      return { result: 'refused', code: 'not_connected', reason: disconnected.detail };
    if (asked.has(request.leg))
      return { result: 'unsure', reason: 'this leg was dialled before; its id is used up' };
    asked.add(request.leg);
    legs.add(request.leg, newLeg(request.leg), request);
    try {
      return settle(request, await send(originationOf(request)));
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      if (error.perhapsCarriedOut) return { result: 'unsure', reason: error.message };
      return refuse(request, 'not_connected', error.message);
    }
  }

  function settle(request: DialRequest, { status, body }: AriReply): DialResult {
    if (status >= 200 && status < 300) {
      sent.add(request.leg);
      return { result: 'sent' };
    }
    // An earlier request with this id arrived, though its sender never knew: the phone may be ringing.
    if (status === 409) return { result: 'unsure', reason: 'Asterisk has a channel with this id already' };
    return refuse(
      request,
      'refused_by_network',
      `Asterisk refused to dial: status ${status} ${JSON.stringify(body)}`,
    );
  }

  function refuse({ leg }: DialRequest, code: RefusalCode, reason: string): DialResult {
    legs.forget(leg);
    return { result: 'refused', code, reason };
  }

  function originationOf({
    leg,
    endpoint,
    callerId,
    detectTalk,
    ...limits
  }: DialRequest): ReturnType<typeof ariRequests.originate> {
    return ariRequests.originate({
      channelId: leg,
      endpoint,
      callerId,
      context,
      extension,
      timeoutSeconds: Math.ceil((limits.setupTimeoutMs + limits.ringTimeoutMs) / 1000) + spareSeconds,
      absoluteTimeoutSeconds: Math.ceil(limits.absoluteTimeoutMs / 1000),
      talkPauseMs: detectTalk ? talkPauseMs : null,
    });
  }

  return { dial, wasSent: (id) => sent.has(id) };
}

function obstacleTo({ endpoint, callerId }: DialRequest): string | undefined {
  if (!endpointForm.test(endpoint))
    return 'the endpoint does not have the form of a PJSIP endpoint: check the trunk';
  if (callerId !== null && !callerIdForm.test(callerId))
    return 'the caller id is no phone number: check the trunk';
  return undefined;
}
