import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import {
  isAsking,
  maxSteps,
  type FlowDefinition,
  type StepDefinition,
  type StepOf,
} from '../flow-definition.ts';
import { prefixStep } from './prefix-step.ts';
import type { SubFlows } from './sub-flows.ts';

/** Where a step of an expanded flow comes from: its place in the flow as it was written, and, of another flow, its id there. */
export interface StepOrigin {
  place: number;
  within: string | null;
}

export type ExpandedFlow =
  | { result: 'expanded'; definition: FlowDefinition; origins: StepOrigin[] }
  | { result: 'faults'; faults: MendableFault[] };

/** A flow that plays a flow that plays a flow that plays a flow: nobody keeps track of more. */
const mostDepth = 3;

/**
 * The flow as it is played: behind each `sub_flow` step the steps of the other flow, under that step's id, and from their end back to what
 * follows it. So the engine knows one flow only.
 *
 * @param within ids of the flows that this one is played by, itself at the end
 */
export function expandFlow(
  definition: FlowDefinition,
  subFlows: SubFlows,
  within: readonly string[] = [],
): ExpandedFlow {
  const faults: MendableFault[] = [];
  const steps: StepDefinition[] = [];
  const origins: StepOrigin[] = [];
  const publicVariables = new Set(definition.public_variables);
  let completeAfter = definition.complete_after;
  for (const [place, step] of definition.steps.entries()) {
    const inner = step.type === 'sub_flow' ? innerSteps(definition, { step, place, subFlows, within }) : null;
    if (inner !== null && 'detail' in inner) {
      faults.push({ pointer: pointerTo('steps', place, 'flow'), ...inner });
      continue;
    }
    steps.push(inner === null ? step : ({ ...step, next: inner.steps[0]?.id } as StepDefinition));
    origins.push({ place, within: null });
    if (inner === null) continue;
    steps.push(...inner.steps);
    origins.push(...inner.steps.map(({ id }) => ({ place, within: id.slice(step.id.length + 1) })));
    for (const name of inner.publicVariables) publicVariables.add(name);
    if (completeAfter === step.id) completeAfter = inner.steps.at(-1)?.id;
  }
  if (faults.length > 0) return { result: 'faults', faults };
  if (steps.length > maxSteps) return { result: 'faults', faults: [tooMany(steps.length)] };
  return {
    result: 'expanded',
    origins,
    definition: {
      ...definition,
      steps,
      ...(completeAfter === undefined ? {} : { complete_after: completeAfter }),
      ...(publicVariables.size > 0 ? { public_variables: [...publicVariables] } : {}),
    },
  };
}

/** The steps of the flow that a step plays, as steps of `outer`; or why it cannot be played there. */
function innerSteps(
  outer: FlowDefinition,
  at: { step: StepOf<'sub_flow'>; place: number; subFlows: SubFlows; within: readonly string[] },
): { steps: StepDefinition[]; publicVariables: readonly string[] } | Omit<MendableFault, 'pointer'> {
  const { step, place, subFlows, within } = at;
  const found = subFlows.flowOf(step.flow);
  if (found === null)
    return {
      detail: `names the flow «${step.flow}», which is not stored`,
      suggestion: `Store «${step.flow}» first, or name one that GET /v1/flows lists.`,
    };
  const { id } = found.reference;
  if (within.includes(id))
    return {
      detail: `plays «${id}» within itself, which would never end`,
      suggestion: 'Lead back to a step with «next», from an option that somebody presses.',
    };
  if (within.length > mostDepth)
    return {
      detail: `lies more than ${mostDepth} flows deep`,
      suggestion: `Put the steps of «${step.flow}» here instead of playing it.`,
    };
  const missing = outer.languages.filter((language) => !found.definition.languages.includes(language));
  if (missing.length > 0)
    return {
      detail: `plays «${step.flow}», which is not in ${missing.join(', ')}`,
      suggestion: `Translate «${step.flow}» and store it again, or leave ${missing.join(', ')} out of this flow.`,
    };
  const expanded = expandFlow(found.definition, subFlows, [...within, id]);
  if (expanded.result === 'faults')
    return {
      detail: `plays «${step.flow}», which cannot be played here: it ${expanded.faults[0]?.detail ?? ''}`,
      suggestion: `In «${step.flow}»: ${expanded.faults[0]?.suggestion ?? ''}`,
    };
  const { definition } = expanded;
  const following = outer.steps[place + 1]?.id ?? 'end';
  const prefixing = {
    prefix: `${step.id}.`,
    names: new Set(definition.steps.filter(isAsking).map((each) => each.id)),
    languages: outer.languages,
    after: step.next === undefined || step.next === 'next' ? following : step.next,
  };
  return {
    publicVariables: definition.public_variables ?? [],
    steps: definition.steps.map((each, index) =>
      prefixStep(withDefaults(each, definition.defaults), {
        ...prefixing,
        isLast: index === definition.steps.length - 1,
      }),
    ),
  };
}

/** What the other flow says of all its questions, said of each. */
function withDefaults(step: StepDefinition, defaults: FlowDefinition['defaults'] = {}): StepDefinition {
  if (!isAsking(step)) return step;
  const { attempts, first_key_timeout, next_key_timeout, type_ahead } = defaults;
  const wanted = {
    attempts,
    first_key_timeout,
    ...(step.type === 'consent' || step.type === 'person' ? {} : { type_ahead }),
    ...(step.type === 'digits' ? { next_key_timeout } : {}),
  };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...step };
}

function tooMany(count: number): MendableFault {
  return {
    pointer: '/steps',
    detail: `come to ${count} with those of the flows that they play; at most ${maxSteps} can be played`,
    suggestion: `Take out ${count - maxSteps}, or make two calls of it.`,
  };
}
