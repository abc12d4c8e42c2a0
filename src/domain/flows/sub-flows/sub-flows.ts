import type { FlowDefinition, FlowReference, StepDefinition } from '../flow-definition.ts';

/** Flows that others may play as a step: found beforehand, since validation and compilation do no I/O. */
export interface SubFlows {
  /** Null for one that is not stored. */
  flowOf(name: string): { reference: FlowReference; definition: FlowDefinition } | null;
}

export const noSubFlows: SubFlows = { flowOf: () => null };

/** The flows that these steps play, by the names that they give them. */
export function subFlowNames(steps: readonly StepDefinition[]): string[] {
  return [...new Set(steps.flatMap((step) => (step.type === 'sub_flow' ? [step.flow] : [])))];
}

/** The flow with the version of each flow that it plays: what is stored later changes nothing of it. */
export function pinSubFlows(definition: FlowDefinition, subFlows: SubFlows): FlowDefinition {
  return {
    ...definition,
    steps: definition.steps.map((step) => {
      const found = step.type === 'sub_flow' ? subFlows.flowOf(step.flow) : null;
      return found === null ? step : { ...step, flow: nameOf(found.reference) };
    }),
  };
}

export function nameOf({ id, version }: FlowReference): string {
  return `${id}@${version}`;
}
