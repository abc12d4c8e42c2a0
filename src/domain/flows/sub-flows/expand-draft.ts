import type { MendableFault } from '../../fault.ts';
import type { FlowDefinition } from '../flow-definition.ts';
import type { DraftFlow } from '../validation/draft-flow.ts';
import { expandFlow, type StepOrigin } from './expand-flow.ts';
import type { SubFlows } from './sub-flows.ts';

/** A draft with the steps of the flows that it plays, so that every rule sees the flow as it will be played. */
export type ExpandedDraft =
  | { result: 'expanded'; draft: DraftFlow; placed: (fault: MendableFault) => MendableFault }
  | { result: 'faults'; faults: MendableFault[] };

/** @param draft without gaps */
export function expandDraft(
  draft: DraftFlow,
  plays: { subFlows: SubFlows; within: string[] },
): ExpandedDraft {
  const written: FlowDefinition = { ...draft.frame, steps: draft.steps.map(({ step }) => step) };
  const expanded = expandFlow(written, plays.subFlows, plays.within);
  if (expanded.result === 'faults') return expanded;
  const { definition, origins } = expanded;
  return {
    result: 'expanded',
    placed: (fault) => placedIn(fault, origins),
    draft: {
      ...draft,
      frame: definition,
      steps: definition.steps.map((step, index) => ({ index, step })),
      ids: definition.steps.map((step) => step.id),
    },
  };
}

/** The fault where its author can mend it: of a step of another flow, at the step that plays that flow. */
function placedIn(fault: MendableFault, origins: readonly StepOrigin[]): MendableFault {
  const match = /^\/steps\/(\d+)(.*)$/s.exec(fault.pointer);
  const origin = origins[Number(match?.[1] ?? -1)];
  if (match === null || origin === undefined) return fault;
  if (origin.within === null) return { ...fault, pointer: `/steps/${origin.place}${match[2] ?? ''}` };
  return {
    pointer: `/steps/${origin.place}/flow`,
    detail: `plays a flow that does not fit here: its step «${origin.within}» ${fault.detail}`,
    suggestion: `In the other flow: ${fault.suggestion}`,
  };
}
