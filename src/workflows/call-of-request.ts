import type { CallRequest } from '../domain/calls/call-request.ts';
import type { Call, CallResponse, PersonHash } from '../domain/calls/call.ts';
import type { CallingHours } from '../domain/calls/calling-hours.ts';
import { resolveRetryPolicy } from '../domain/calls/retry-policy.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { questionIds, type FlowDefinition, type FlowReference } from '../domain/flows/flow-definition.ts';
import { isCorrect } from '../domain/flows/is-correct.ts';
import type { CallId } from '../domain/ids.ts';
import { maskNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';

/** What was found out about a request in which there is no fault. */
export interface SoundRequest {
  id: CallId;
  campaign: Campaign | null;
  number: PhoneNumber;
  person: PersonHash;
  flow: { reference: FlowReference; definition: FlowDefinition };
  times: { notBefore: number | null; notAfter: number };
  hours: CallingHours;
  maxDurationMs: number;
  now: number;
}

/** The call that such a request becomes: it waits, due at once. */
export function callOfRequest(request: CallRequest, found: SoundRequest): Call {
  const { id, campaign, number, person, flow, times, hours, maxDurationMs, now } = found;
  return {
    ...{ id, person, maxDurationMs, createdAt: now },
    direction: 'outgoing',
    line: null,
    reference: request.reference ?? null,
    campaignId: campaign?.id ?? null,
    list: request.list ?? null,
    toMasked: maskNumber(number),
    language: request.language ?? flow.definition.languages[0] ?? '',
    flow: flow.reference,
    priority: request.priority ?? 'normal',
    purpose: request.purpose ?? 'service',
    variables: request.variables ?? {},
    people: (request.people ?? []).map((each) => ({ id: each.id, name: each.name })),
    startAt: request.start_at ?? null,
    notBefore: times.notBefore,
    notAfter: times.notAfter,
    callingHours: hours,
    retry: resolveRetryPolicy(request.retry ?? {}),
    callerId: request.caller_id ?? null,
    trunk: request.trunk ?? null,
    metadata: request.metadata ?? {},
    record: request.record ?? false,
    machineDetection: request.machine_detection === 'on',
    responses: givenResponses(flow.definition, request, now),
    attempts: [],
    state: { status: 'queued', nextAttemptAt: now },
    progress: null,
    sequence: 0,
    revision: 0,
  };
}

function givenResponses(flow: FlowDefinition, request: CallRequest, at: number): CallResponse[] {
  if (request.responses === undefined && request.people === undefined) return [];
  const given = [
    { person: null, responses: request.responses ?? {} },
    ...(request.people ?? []).map(({ id, responses = {} }) => ({ person: id, responses })),
  ];
  return questionIds(flow).flatMap((question) =>
    given.flatMap(({ person, responses }): CallResponse[] => {
      const value = Object.hasOwn(responses, question) ? responses[question] : undefined;
      if (value === undefined) return [];
      const correct = isCorrect(flow, { question, value });
      return [{ question, value, key: null, givenOn: 'request', attempt: null, at, correct, person }];
    }),
  );
}
