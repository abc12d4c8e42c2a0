import type { Library } from '../prompts/library.ts';
import type { MendableFault } from '../fault.ts';
import { flowDefinition, flowFrame, maxSteps, type FlowDefinition } from './flow-definition.ts';
import { expandDraft } from './sub-flows/expand-draft.ts';
import { noSubFlows, type SubFlows } from './sub-flows/sub-flows.ts';
import type { DraftFlow, FlowRule } from './validation/draft-flow.ts';
import { explainShape, valueAt } from './validation/explain-shape.ts';
import { frameRules } from './validation/frame-rules.ts';
import { limitRules } from './validation/limit-rules.ts';
import { nameRules } from './validation/name-rules.ts';
import { readSteps } from './validation/read-steps.ts';
import { privacyRules } from './validation/privacy-rules.ts';
import { routeRules } from './validation/route-rules.ts';
import { speechRules } from './validation/speech-rules.ts';
import { stepRules } from './validation/step-rules.ts';

export type ValidatedFlow =
  { result: 'valid'; flow: FlowDefinition } | { result: 'invalid'; faults: MendableFault[] };

const mostFaults = 500;

/**
 * Finds everything that is wrong with a flow at once: its form, where its steps lead, what it says and reads. Never throws, whatever the JSON
 * is. Rules beyond the form look at those steps whose form is right.
 */
export function validateFlow(
  json: unknown,
  library: Library,
  plays: { subFlows: SubFlows; within: string[] } = { subFlows: noSubFlows, within: [] },
): ValidatedFlow {
  const frame = flowFrame.safeParse(json);
  const read = readSteps(stepsIn(json));
  const draft: DraftFlow = {
    frame: frame.success ? frame.data : { title: '', languages: languagesIn(json), steps: [] },
    steps: read.steps.flatMap(({ index, step }) => (step === null ? [] : [{ index, step }])),
    ids: read.steps.map((step) => step.id),
    hasGaps: read.steps.some((step) => step.step === null),
    library,
  };
  const faults = [
    ...(frame.success ? [] : explainShape(frame.error.issues, { path: [], value: json, schema: flowFrame })),
    ...read.faults,
    ...ruleFaults(draft, { ...plays, hasFrame: frame.success }),
  ];
  if (faults.length > 0) return { result: 'invalid', faults: faults.slice(0, mostFaults) };
  return { result: 'valid', flow: flowDefinition.parse(json) };
}

function ruleFaults(
  draft: DraftFlow,
  plays: { subFlows: SubFlows; within: string[]; hasFrame: boolean },
): MendableFault[] {
  const playsOthers = draft.steps.some(({ step }) => step.type === 'sub_flow');
  // Of a frame that cannot be read, languages and keys are unknown, and what goes by them is left aside.
  if (!plays.hasFrame) return faultsBy([...routeRules, ...(playsOthers ? [] : nameRules)], draft);
  if (!playsOthers) return faultsBy([...formRules, ...contentRules], draft);
  if (draft.hasGaps) return faultsBy(formRules, draft);
  const expanded = expandDraft(draft, plays);
  if (expanded.result === 'faults') return [...expanded.faults, ...faultsBy(formRules, draft)];
  const faults = faultsBy([...formRules, ...contentRules], expanded.draft).map(expanded.placed);
  return [...new Map(faults.map((fault) => [`${fault.pointer} ${fault.detail}`, fault])).values()];
}

/** Rules that need nothing of what other flows say. */
const formRules = [...frameRules, ...stepRules, ...limitRules, ...routeRules];
const contentRules = [...nameRules, ...speechRules, ...privacyRules];

function faultsBy(rules: readonly FlowRule[], draft: DraftFlow): MendableFault[] {
  return rules.flatMap((rule) => rule(draft));
}

function stepsIn(json: unknown): unknown[] {
  const steps = valueAt(json, ['steps']);
  return Array.isArray(steps) ? steps.slice(0, maxSteps) : [];
}

function languagesIn(json: unknown): string[] {
  const languages = valueAt(json, ['languages']);
  return Array.isArray(languages) ? languages.filter((language) => typeof language === 'string') : [];
}
