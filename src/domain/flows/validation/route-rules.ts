import { behaviourOf } from '../step-behaviours.ts';
import type { Exit } from '../step-behaviour.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';

/** Where steps lead: to steps that exist, to every step, and never round in circles while nobody presses a key. */
export const routeRules: readonly FlowRule[] = [jumpsToNowhere, unreachableSteps, loopsWithoutKey];

interface Edge {
  exit: Exit;
  /** Place in the list; null for the end of the flow, undefined for nowhere. */
  to: number | null | undefined;
}

function jumpsToNowhere(draft: DraftFlow) {
  const ids = draft.ids.filter((id) => id !== null);
  return draft.steps.flatMap(({ index }) => {
    const lost = edgesOf(draft, index).filter((edge) => edge.to === undefined);
    const distinct = new Map(lost.map((edge) => [edge.exit.pointer, edge.exit]));
    return [...distinct.values()].map(({ pointer, target = '' }) =>
      stepFault(index, pointer, {
        detail: `leads to «${target}», and no step has this id`,
        suggestion: `Lead to ${oneOf([...ids, 'end'])}, or add a step «${target}».`,
        ...suggestionFrom(ids, target),
      }),
    );
  });
}

function unreachableSteps(draft: DraftFlow) {
  if (draft.hasGaps) return [];
  const reached = new Set([0]);
  const open = [0];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const { to } of edgesOf(draft, index)) {
      if (typeof to !== 'number' || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  const lost = draft.steps.filter(({ index }) => !reached.has(index));
  return lost.map(({ index }) =>
    stepFault(index, '', {
      detail: 'can never be reached: nothing leads here from the first step',
      suggestion: 'Lead to it with the «next» of another step, or take it out.',
    }),
  );
}

/**
 * Takes away, again and again, the steps from which nothing without a key press leads to a step that is left. What stays has circles or
 * leads into them; the fault is shown where a circle closes, which is where an edge leads back.
 */
function loopsWithoutKey(draft: DraftFlow) {
  const silentEdges = new Map(
    draft.steps.map(({ index }) => [index, edgesOf(draft, index).filter((edge) => !edge.exit.needsKey)]),
  );
  const circling = circlingSteps(silentEdges);
  return [...circling].flatMap((index) => {
    const back = (silentEdges.get(index) ?? []).filter(
      ({ to }) => typeof to === 'number' && to <= index && leadsTo(silentEdges, to, index),
    );
    const pointers = new Set(back.map((edge) => edge.exit.pointer));
    return [...pointers].map((pointer) =>
      stepFault(index, pointer, {
        detail: 'makes a loop that can run for ever without a key press',
        suggestion: 'Lead onward or to «end» here, and back only from an option that somebody presses.',
      }),
    );
  });
}

function circlingSteps(edges: ReadonlyMap<number, readonly Edge[]>): Set<number> {
  const left = new Set(edges.keys());
  for (let before = Infinity; left.size < before;) {
    before = left.size;
    for (const index of left) {
      const goesOn = edges.get(index)?.some(({ to }) => typeof to === 'number' && left.has(to));
      if (goesOn !== true) left.delete(index);
    }
  }
  return left;
}

function leadsTo(edges: ReadonlyMap<number, readonly Edge[]>, from: number, goal: number): boolean {
  const seen = new Set([from]);
  const open = [from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === goal) return true;
    for (const { to } of edges.get(index) ?? []) {
      if (typeof to !== 'number' || seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
}

function edgesOf(draft: DraftFlow, index: number): Edge[] {
  const step = draft.steps.find((each) => each.index === index)?.step;
  if (step === undefined) return [];
  return behaviourOf(step)
    .exits(step)
    .map((exit) => ({ exit, to: placeOf(draft, index, exit.target) }));
}

function placeOf({ ids }: DraftFlow, from: number, target: string | undefined): number | null | undefined {
  if (target === 'end') return null;
  if (target === undefined || target === 'next') return from + 1 < ids.length ? from + 1 : null;
  const place = ids.indexOf(target);
  return place < 0 ? undefined : place;
}
