import type { Call, PersonHash } from '../domain/calls/call.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { withCampaign } from '../domain/campaigns/with-campaign.ts';
import { resolveCallingHours, type DefaultHours } from '../domain/calls/calling-hours-request.ts';
import { nextAllowed, type CallingHours } from '../domain/calls/calling-hours.ts';
import type { CallRequest } from '../domain/calls/call-request.ts';
import { chooseTrunk } from '../domain/calls/choose-trunk.ts';
import type { FrequencyCap } from '../domain/calls/frequency-cap.ts';
import { hoursThatBind, ringingSpanMs } from '../domain/calls/dialling-rules.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { checkCallAgainstFlow } from '../domain/flows/check-call-against-flow.ts';
import { missingVariables } from '../domain/flows/missing-variables.ts';
import { recordsPrompts } from '../domain/flows/recording-flow.ts';
import type { FlowDefinition, FlowReference } from '../domain/flows/flow-definition.ts';
import type { PromptName } from '../domain/prompts/library.ts';
import type { IdSource } from '../domain/ids.ts';
import { parsePhoneNumber, timeZoneOf, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { callOfRequest } from './call-of-request.ts';
import type { Fault } from '../domain/fault.ts';

export interface DraftCallDependencies {
  clock: Pick<Clock, 'now'>;
  ids: IdSource;
  trunks: readonly Trunk[];
  personOf: (number: PhoneNumber) => PersonHash;
  /** The flow that a request names or brings along. */
  resolveFlow: (flow: NamedOrInlineFlow) => Promise<ResolvedFlow>;
  /** Prompts that the flow speaks and that nobody has put into the library. */
  missingPrompts: (flow: FlowDefinition, language: string) => Promise<PromptName[]>;
  policy: {
    callingHours: DefaultHours;
    emergencyCalls: boolean;
    callLifetimeMs: number;
    frequencyCap: FrequencyCap | null;
    /** Whose voice may be heard by others; in E.164. */
    recordingNumbers: readonly string[];
  };
}

/** `quiz`, `quiz@3`, or a whole flow. */
export type NamedOrInlineFlow = NonNullable<CallRequest['flow']>;

export type ResolvedFlow =
  | { result: 'resolved'; reference: FlowReference; definition: FlowDefinition }
  | { result: 'invalid'; faults: Fault[] };

export type DraftedCall =
  { result: 'drafted'; call: Call; number: PhoneNumber } | { result: 'invalid'; faults: Fault[] };

const longestTalkMs = 60 * 60_000;
const defaultTalkMs = 15 * 60_000;

/**
 * Makes a call of a request, or says everything that is wrong with it, each fault with a pointer to its field.
 *
 * @param asked.campaign the one that the request names, or null
 */
export async function draftCall(
  deps: DraftCallDependencies,
  asked: { request: CallRequest; campaign: Campaign | null },
): Promise<DraftedCall> {
  const { campaign } = asked;
  const request = campaign === null ? asked.request : withCampaign(asked.request, campaign);
  const faults: Fault[] = [];
  const fault = (pointer: string, detail: string): void => void faults.push({ pointer, detail });
  const now = deps.clock.now();

  const parsed = parsePhoneNumber(request.to);
  if (parsed.result === 'refused') fault('/to', parsed.detail);
  const number = parsed.result === 'parsed' ? parsed.number : null;
  const purpose = request.purpose ?? 'service';
  if (purpose === 'emergency' && !deps.policy.emergencyCalls)
    fault('/purpose', 'must not be emergency here: IVRS_EMERGENCY_CALLS is not true');

  const flow = await flowOf(deps, request);
  if (flow.result === 'invalid') faults.push(...flow.faults);
  else
    faults.push(
      ...checkCallAgainstFlow(flow.definition, request),
      ...variableFaults(flow.definition, request),
      ...(await promptFaults(deps, flow.definition, request)),
    );

  if (flow.result === 'resolved' && recordsPrompts(flow.definition))
    faults.push(...recordingFaults(deps.policy, request));
  if (number !== null) faults.push(...trunkFaults(deps, request, number));
  const hours = number === null ? null : hoursOf(deps, request, number);
  if (hours?.result === 'refused')
    for (const each of hours.faults) fault(`/calling_hours${each.pointer}`, each.detail);

  const times = timesOf(deps, request, now);
  faults.push(...times.faults);
  const maxDurationMs =
    request.max_duration === undefined ? defaultTalkMs : parseDurationMs(request.max_duration);
  if (maxDurationMs === null || maxDurationMs < 1_000 || maxDurationMs > longestTalkMs) {
    fault('/max_duration', 'must be an ISO 8601 duration from PT1S to PT1H');
  }
  if (
    faults.length > 0 ||
    number === null ||
    flow.result === 'invalid' ||
    hours?.result !== 'resolved' ||
    maxDurationMs === null
  ) {
    return { result: 'invalid', faults };
  }

  const call = callOfRequest(request, {
    ...{ id: deps.ids.newId('call'), campaign, number, person: deps.personOf(number), now },
    ...{ flow, times, hours: hours.hours, maxDurationMs },
  });
  const firstAt = firstAttemptAt(call);
  if (firstAt === null) return { result: 'invalid', faults: [noTimeFault(call.callingHours)] };
  return {
    result: 'drafted',
    number,
    call: { ...call, state: { status: 'queued', nextAttemptAt: firstAt } },
  };
}

async function flowOf(deps: DraftCallDependencies, { flow }: CallRequest): Promise<ResolvedFlow> {
  if (flow !== undefined) return deps.resolveFlow(flow);
  return {
    result: 'invalid',
    faults: [{ pointer: '/flow', detail: 'is needed where there is no campaign_id' }],
  };
}

function variableFaults(flow: FlowDefinition, request: CallRequest): Fault[] {
  const language = request.language ?? flow.languages[0] ?? '';
  return missingVariables(flow, { language, variables: request.variables ?? {} }).map((name) => ({
    pointer: `/variables/${name}`,
    detail: 'is spoken in the flow, so it must be given',
  }));
}

/** Nobody is called with a flow that would fall silent. */
async function promptFaults(
  deps: Pick<DraftCallDependencies, 'missingPrompts'>,
  flow: FlowDefinition,
  request: CallRequest,
): Promise<Fault[]> {
  const language = request.language ?? flow.languages[0] ?? '';
  const missing = await deps.missingPrompts(flow, language);
  return missing.map((prompt) => ({
    pointer: '/flow',
    detail: `is not ready in ${prompt.language}: the prompt «${prompt.id}» is missing; PUT /v1/prompts/${prompt.id}/${prompt.language} first`,
  }));
}

/** What is said in such a call is spoken to others: only those record it whom the operator trusts. */
export function recordingFaults(
  { recordingNumbers }: Pick<DraftCallDependencies['policy'], 'recordingNumbers'>,
  { to }: Pick<CallRequest, 'to'>,
): Fault[] {
  if (recordingNumbers.includes(to)) return [];
  const detail =
    recordingNumbers.length === 0
      ? 'may not record prompts: IVRS_RECORDING_NUMBERS names no number that may'
      : 'may not record prompts: it is none of IVRS_RECORDING_NUMBERS';
  return [{ pointer: '/to', detail }];
}

function trunkFaults(deps: DraftCallDependencies, request: CallRequest, number: PhoneNumber): Fault[] {
  const requested = { trunk: request.trunk ?? null, callerId: request.caller_id ?? null };
  const chosen = chooseTrunk(deps.trunks, { number, purpose: request.purpose ?? 'service', requested });
  if (chosen.result === 'chosen') return [];
  const { field, detail, suggestion } = chosen;
  return [{ pointer: `/${field}`, detail, ...(suggestion === undefined ? {} : { suggestion }) }];
}

function hoursOf(
  deps: DraftCallDependencies,
  request: CallRequest,
  number: PhoneNumber,
): ReturnType<typeof resolveCallingHours> {
  return resolveCallingHours(request.calling_hours ?? {}, {
    defaults: deps.policy.callingHours,
    timeZone: timeZoneOf(number),
    purpose: request.purpose ?? 'service',
  });
}

function timesOf(
  deps: DraftCallDependencies,
  request: CallRequest,
  now: number,
): { notBefore: number | null; notAfter: number; faults: Fault[] } {
  const notBefore = request.not_before === undefined ? null : Date.parse(request.not_before);
  const notAfter =
    request.not_after === undefined
      ? Math.max(now, notBefore ?? now) + deps.policy.callLifetimeMs
      : Date.parse(request.not_after);
  const faults: Fault[] = [];
  if (notAfter <= now) faults.push({ pointer: '/not_after', detail: 'must be in the future' });
  else if (notBefore !== null && notBefore >= notAfter)
    faults.push({ pointer: '/not_before', detail: 'must be before not_after' });
  return { notBefore, notAfter, faults };
}

/** The first instant at which the call may be dialled; null where no such instant comes before `notAfter`. */
function firstAttemptAt(call: Call): number | null {
  const earliest = Math.max(call.createdAt, call.notBefore ?? 0);
  const hours = hoursThatBind(call);
  const first = hours === null ? earliest : nextAllowed(hours, earliest, ringingSpanMs);
  return first === null || first > call.notAfter ? null : first;
}

function noTimeFault(hours: CallingHours): Fault {
  return {
    pointer: '/calling_hours',
    detail: `must leave a time to call: between now (or not_before) and not_after, ${hours.start} to ${hours.end} in ${hours.timeZone} never comes with the ${ringingSpanMs / 60_000} minutes that a phone may ring`,
  };
}
