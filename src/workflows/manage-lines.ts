import type { LineStore } from '../db/line-store.ts';
import { recordsPrompts } from '../domain/flows/recording-flow.ts';
import { missingVariables } from '../domain/flows/missing-variables.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { faultsOfLine, lineOf, type LineRequest } from '../domain/lines/line-request.ts';
import type { LineNumber } from '../domain/lines/line.ts';
import { resolveOpeningHours } from '../domain/lines/line-hours.ts';
import type { PromptName } from '../domain/prompts/library.ts';
import type { Clock } from '../lib/clock.ts';
import type { NamedOrInlineFlow, ResolvedFlow } from './draft-call.ts';
import type { Fault } from '../domain/fault.ts';
import type { PutLineResult } from './line-use-cases.ts';

export interface ManageLinesDependencies {
  lines: LineStore;
  resolveFlow: (flow: NamedOrInlineFlow) => Promise<ResolvedFlow>;
  missingPrompts: (flow: FlowDefinition, language: string) => Promise<PromptName[]>;
  clock: Clock;
  onLinesChanged: () => void;
}

/** Makes a line of a request, or says everything that is wrong with it: what it names must be there, and speak the line's language. */
export async function putLine(
  deps: ManageLinesDependencies,
  { number, request }: { number: LineNumber; request: LineRequest },
): Promise<PutLineResult> {
  const faults: Fault[] = [...faultsOfLine(request), ...hoursFaults(number, request)];
  for (const named of flowsOf(request)) faults.push(...(await flowFaults(deps, named)));
  if (faults.length > 0) return { result: 'invalid', faults };
  const now = deps.clock.now();
  const { line, created } = await deps.lines.put(lineOf(number, request, { createdAt: now, changedAt: now }));
  deps.onLinesChanged();
  return { result: created ? 'created' : 'changed', line };
}

/** Hours that can be told open from closed. */
function hoursFaults(number: LineNumber, request: LineRequest): Fault[] {
  const hours = request.mode === 'answer' ? request.opening_hours : undefined;
  const resolved = hours === undefined ? null : resolveOpeningHours(number, hours);
  if (resolved?.result !== 'refused') return [];
  return resolved.faults.map(({ pointer, detail }) => ({ pointer: `/opening_hours${pointer}`, detail }));
}

export async function deleteLine(
  deps: Pick<ManageLinesDependencies, 'lines' | 'onLinesChanged'>,
  number: LineNumber,
): Promise<'deleted' | 'not_found'> {
  const deleted = await deps.lines.delete(number);
  deps.onLinesChanged();
  return deleted;
}

/** A flow that a line names: where, and in which language it must be able to begin; null for its own first. */
interface NamedFlow {
  pointer: string;
  flow: string;
  language: string | null;
  languagePointer: string;
  /** It must ask for consent, since that is what makes an opt-in. */
  asksConsent: boolean;
}

function flowsOf(request: LineRequest): NamedFlow[] {
  if (request.mode === 'missed_call') {
    const { call_back: callBack, confirm: asksConsent = false } = request;
    if (callBack === undefined) return [];
    const { flow, language = null } = callBack;
    return [
      { pointer: '/call_back/flow', flow, language, languagePointer: '/call_back/language', asksConsent },
    ];
  }
  const { language = null } = request;
  const rest = { language, languagePointer: '/language', asksConsent: false };
  const closed = request.closed_flow;
  return [
    { pointer: '/flow', flow: request.flow, ...rest },
    ...(closed === undefined ? [] : [{ pointer: '/closed_flow', flow: closed, ...rest }]),
  ];
}

async function flowFaults(deps: ManageLinesDependencies, named: NamedFlow): Promise<Fault[]> {
  const { pointer } = named;
  const flow = await deps.resolveFlow(named.flow);
  if (flow.result === 'invalid') return flow.faults.map((fault) => ({ ...fault, pointer }));
  const { languages, steps } = flow.definition;
  const language = named.language ?? languages[0] ?? '';
  if (!languages.includes(language))
    return [
      { pointer: named.languagePointer, detail: `must be a language of the flow: ${languages.join(', ')}` },
    ];
  const names = missingVariables(flow.definition, { language, variables: {} });
  const prompts = await deps.missingPrompts(flow.definition, language);
  return [
    ...names.map((name) => ({
      pointer,
      detail: `speaks {{${name}}}, which nobody gives a value to in a call of a line`,
    })),
    ...prompts.map((prompt) => ({
      pointer,
      detail: `is not ready in ${prompt.language}: the prompt «${prompt.id}» is missing; PUT /v1/prompts/${prompt.id}/${prompt.language} first`,
    })),
    ...(recordsPrompts(flow.definition)
      ? [{ pointer, detail: 'must not record prompts: what strangers say is never spoken to others' }]
      : []),
    ...(named.asksConsent && !steps.some((step) => step.type === 'consent')
      ? [{ pointer, detail: 'must have a step of type consent: with confirm, its yes is the opt-in' }]
      : []),
  ];
}
