import type { Fault } from '../domain/fault.ts';
import { adviseOnFlow } from '../domain/flows/advice/advise-on-flow.ts';
import { checkCallAgainstFlow } from '../domain/flows/check-call-against-flow.ts';
import { compileFlow } from '../domain/flows/compile-flow.ts';
import type { SessionStart } from '../domain/flows/create-session.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { responsesOnRequest } from '../domain/flows/responses-on-request.ts';
import { missingVariables } from '../domain/flows/missing-variables.ts';
import type { RehearsalRequest } from '../domain/flows/rehearsal/rehearsal-request.ts';
import { rehearseFlow as play } from '../domain/flows/rehearsal/rehearse-flow.ts';
import { lengthOfPart, type PartLength } from '../domain/prompts/part-length.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { PromptStore } from '../db/prompt-store.ts';
import { libraryFor } from './library-for.ts';
import { asPlayed, loadSubFlows, subFlowNamesIn } from './load-sub-flows.ts';
import { validateWithLibrary } from './store-flow.ts';
import type { RehearseFlowResult } from './use-cases.ts';

export interface RehearseFlowDependencies {
  flows: Pick<FlowStore, 'getFlow'>;
  prompts: Pick<PromptStore, 'names'>;
  words: BuiltInWords;
  /** How long the part's sound is, where that is known without making it; milliseconds. */
  knownDurationMs: (part: SpokenPart) => number | null;
}

/** The longest talk that a call has unless it says otherwise. */
const longestTalkMs = 15 * 60_000;

/**
 * What somebody would hear who presses these keys, and what would be recorded. No phone rings, nothing is stored; the request is held to
 * what a call with this flow would be held to.
 */
export async function rehearseFlow(
  deps: RehearseFlowDependencies,
  { flow, body }: { flow: { id: string; version: number | null }; body: RehearsalRequest },
): Promise<RehearseFlowResult> {
  const found =
    body.definition === undefined
      ? await stored(deps, flow)
      : await drafted(deps, { ...flow, json: body.definition });
  if (found.result !== 'found') return found;
  const { definition, version, written } = found;
  const language = body.language ?? definition.languages[0] ?? '';
  const faults = [
    ...checkCallAgainstFlow(definition, body),
    ...variableFaults(definition, { ...body, language }),
  ];
  if (faults.length > 0) return { result: 'invalid', faults };
  const lengthOf = (part: SpokenPart): PartLength => lengthOfPart(part, deps.knownDurationMs(part));
  const compiled = compileFlow(definition, deps.words);
  const rehearsed = play(compiled, {
    start: startOf(definition, { ...body, language }),
    keys: body.keys,
    afterKeys: body.after_keys ?? 'silence',
    longestTalkMs,
    lengthOf,
  });
  const hasPrompt = await libraryFor(deps, written);
  const advice = adviseOnFlow({ flow: compileFlow(written, deps.words), lengthOf, hasPrompt });
  return { result: 'rehearsed', flow: { id: flow.id, version }, definition, language, rehearsed, advice };
}

type FoundFlow =
  /** `written` by its author, `definition` with the steps of the flows that it plays. */
  | { result: 'found'; written: FlowDefinition; definition: FlowDefinition; version: number | null }
  | { result: 'not_found' }
  | { result: 'invalid'; faults: Fault[] };

async function stored(
  deps: RehearseFlowDependencies,
  { id, version }: { id: string; version: number | null },
): Promise<FoundFlow> {
  const flow = await deps.flows.getFlow(id, version);
  if (flow === null) return { result: 'not_found' };
  const definition = await asPlayed(deps, flow.definition);
  return { result: 'found', written: flow.definition, definition, version: flow.version };
}

async function drafted(
  deps: RehearseFlowDependencies,
  { id, json }: { id: string; json: unknown },
): Promise<FoundFlow> {
  const subFlows = await loadSubFlows(deps, subFlowNamesIn(json));
  const validated = await validateWithLibrary(deps, { definition: json, plays: { subFlows, within: [id] } });
  if (validated.result === 'valid') {
    const definition = await asPlayed(deps, validated.flow);
    return { result: 'found', written: validated.flow, definition, version: null };
  }
  const faults = validated.faults.map((fault) => ({ ...fault, pointer: `/definition${fault.pointer}` }));
  return { result: 'invalid', faults };
}

function variableFaults(
  definition: FlowDefinition,
  { language, variables = {} }: RehearsalRequest & { language: string },
): Fault[] {
  return missingVariables(definition, { language, variables }).map((name) => ({
    pointer: `/variables/${name}`,
    detail: 'is spoken in the flow, so it must be given',
  }));
}

function startOf(definition: FlowDefinition, body: RehearsalRequest & { language: string }): SessionStart {
  const people = (body.people ?? []).map(({ id, name, responses = {} }) => ({
    ...{ id, name, responses: responsesOnRequest(definition, responses), variables: {} },
    ...{ resumeAt: null, completed: false, score: null },
  }));
  return {
    language: body.language,
    variables: body.variables ?? {},
    responses: responsesOnRequest(definition, body.responses ?? {}),
    people,
    startAt: body.start_at ?? null,
    resumeAt: null,
    welcomeBack: false,
  };
}
