import type { RecordPromptsRequest } from '../domain/calls/record-prompts-request.ts';
import { mostRecordedPrompts } from '../domain/calls/record-prompts-request.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { namedPrompts } from '../domain/flows/named-prompts.ts';
import { recordedPrompts, recordingFlow } from '../domain/flows/recording-flow.ts';
import { builtInPromptIds, wordsOf } from '../domain/prompts/built-in-words.ts';
import type { PromptVersion } from '../domain/prompts/prompt-version.ts';
import { acceptedBefore, type AcceptCallDependencies } from './accept-call.ts';
import { recordingFaults } from './draft-call.ts';
import type { Fault } from '../domain/fault.ts';
import { asPlayed } from './load-sub-flows.ts';
import { promptKey, type PromptLibrary } from './prompt-library.ts';
import { inlineFlowId } from './resolve-flow.ts';
import { storeFlow, type StoreFlowDependencies } from './store-flow.ts';
import type { AcceptCall, AcceptCallResult, RecordPrompts, RecordPromptsResult } from './use-cases.ts';

export interface RecordPromptsDependencies
  extends StoreFlowDependencies, Pick<AcceptCallDependencies, 'ledger' | 'policy'> {
  library: Pick<PromptLibrary, 'find'>;
  acceptCall: (call: AcceptCall) => Promise<AcceptCallResult>;
}

/** A person reads out some dozens of sentences in it, and hears each again. */
const longestCall = 'PT1H';
/** Who did not answer, or hung up, is called again when somebody asks for it. */
const oneAttempt = { max_attempts: 1 };

/**
 * Calls somebody who says what the prompts of a flow say. It is a call like any other, with a flow that is made here: it keeps hours, opt-outs
 * and pace, is reported like any other, and what was said is on record with it before the person hears that it is kept.
 */
export async function recordPrompts(
  deps: RecordPromptsDependencies,
  request: RecordPrompts,
): Promise<RecordPromptsResult> {
  const stored = await deps.flows.getFlow(request.flow.id, request.flow.version);
  if (stored === null) return { result: 'not_found' };
  const received = { records: request.flow, body: request.received };
  const { owner, idempotencyKey, body } = request;
  const { prompts, language, ...asked } = body;
  // By now they may all be recorded: an answer that was given stays the answer.
  const earlier = await acceptedBefore(deps, { owner, idempotencyKey, received });
  if (earlier !== null) return withPrompts(deps, earlier, language);
  const played = await asPlayed(deps, stored.definition);
  const faults = [...recordingFaults(deps.policy, body), ...languageFaults(deps, played, body)];
  if (faults.length > 0) return { result: 'invalid', faults };
  const wanted = await wantedPrompts(deps, played, { prompts, language });
  if (wanted.result === 'invalid') return wanted;
  const definition = recordingFlow({
    title: stored.definition.title,
    language,
    prompts: wanted.prompts.map(({ id, version }) => ({ id, isHeard: version !== null })),
  });
  const flow = await storeFlow(deps, { id: inlineFlowId(definition), definition });
  if (flow.result === 'invalid')
    return { result: 'invalid', faults: flow.faults.map(({ detail }) => ({ pointer: '/language', detail })) };
  const call = { retry: oneAttempt, max_duration: longestCall, ...asked, language, flow: flow.flow.id };
  const accepted = await deps.acceptCall({ owner, idempotencyKey, body: call, received });
  return withPrompts(deps, accepted, language);
}

type Wanted = { result: 'wanted'; prompts: WantedToRecord[] } | { result: 'invalid'; faults: Fault[] };

interface WantedToRecord {
  id: string;
  /** What is heard under it now; null for nothing. */
  version: PromptVersion | null;
}

async function wantedPrompts(
  deps: Pick<RecordPromptsDependencies, 'library' | 'clock'>,
  flow: FlowDefinition,
  { prompts: named, language }: Pick<RecordPromptsRequest, 'prompts' | 'language'>,
): Promise<Wanted> {
  const spoken = namedPrompts(flow);
  const faults = (named ?? []).flatMap((id, index) =>
    spoken.includes(id) || builtInPromptIds.has(id)
      ? []
      : [{ pointer: `/prompts/${index}`, detail: `is no prompt of this flow: «${id}»` }],
  );
  if (faults.length > 0) return { result: 'invalid', faults };
  const ids = [...new Set(named ?? spoken)];
  const found = await versionsOf(deps, ids, language);
  const all = ids.map((id) => ({ id, version: found.get(promptKey({ id, language })) ?? null }));
  const prompts = named === undefined ? all.filter(({ version }) => !version?.content.recording) : all;
  if (prompts.length > 0) return { result: 'wanted', prompts: prompts.slice(0, mostRecordedPrompts) };
  const detail =
    spoken.length === 0
      ? 'must be named: this flow has no prompts of the library, only texts of its own'
      : `must be named: all of this flow are recorded in «${language}»`;
  return { result: 'invalid', faults: [{ pointer: '/prompts', detail }] };
}

function versionsOf(
  { library, clock }: Pick<RecordPromptsDependencies, 'library' | 'clock'>,
  ids: readonly string[],
  language: string,
): Promise<ReadonlyMap<string, PromptVersion>> {
  const wanted = ids.map((id) => ({ id, language, isNeeded: true }));
  return library.find(wanted, { acceptedAt: clock.now(), beganAt: null });
}

function languageFaults(
  { words }: Pick<RecordPromptsDependencies, 'words'>,
  flow: FlowDefinition,
  { language }: RecordPromptsRequest,
): Fault[] {
  const fault = (detail: string): Fault[] => [{ pointer: '/language', detail }];
  if (!flow.languages.includes(language))
    return fault(`must be a language of the flow: ${flow.languages.join(', ')}`);
  return wordsOf(words, language) === null
    ? fault(`is «${language}», in which the gateway cannot lead through a call: upload the recordings`)
    : [];
}

/** By the flow of the call that was accepted, which for a repeated request is the one of then. */
async function withPrompts(
  deps: RecordPromptsDependencies,
  accepted: AcceptCallResult,
  language: string,
): Promise<RecordPromptsResult> {
  if (accepted.result !== 'accepted') {
    if (accepted.result !== 'already_there' && accepted.result !== 'campaign_over') return accepted;
    throw new Error('a call without a campaign cannot be refused for one');
  }
  const { flow } = accepted.call.view;
  const stored = await deps.flows.getFlow(flow.id, flow.version);
  const prompts = stored === null ? [] : recordedPrompts(stored.definition);
  const found = await versionsOf(
    deps,
    prompts.map(({ id }) => id),
    language,
  );
  const textOf = (id: string): string | null =>
    found.get(promptKey({ id, language }))?.content.text ?? ownWords(deps, id, language);
  return { ...accepted, prompts: prompts.map((prompt) => ({ ...prompt, text: textOf(prompt.id) })) };
}

function ownWords(
  { words }: Pick<RecordPromptsDependencies, 'words'>,
  id: string,
  language: string,
): string | null {
  const own: Readonly<Record<string, unknown>> = wordsOf(words, language) ?? {};
  const text = builtInPromptIds.has(id) ? own[id] : null;
  return typeof text === 'string' ? text : null;
}
