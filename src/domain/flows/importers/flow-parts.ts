import type { StepDraft } from './import-note.ts';
import type { Hoisted } from './write-expression.ts';

/** Steps in order, some of them only for those of whom a condition holds. */
export type FlowPart =
  | { kind: 'step'; step: StepDraft }
  /** `id` is that of the branch which leads past the parts. */
  | { kind: 'guarded'; id: string; condition: string; parts: FlowPart[] };

/** The steps as a flow has them: before guarded parts a branch, which leads to what follows them where the condition does not hold. */
export function stepsOf(parts: readonly FlowPart[]): StepDraft[] {
  return flatten(parts, 'end');
}

/** @param following the id of the step that comes after these parts */
function flatten(parts: readonly FlowPart[], following: string): StepDraft[] {
  const reversed: StepDraft[][] = [];
  let entry = following;
  for (const part of parts.toReversed()) {
    const steps = part.kind === 'step' ? [part.step] : guard(part, entry);
    const [first] = steps;
    if (first === undefined) continue;
    reversed.push(steps);
    entry = first.id;
  }
  return reversed.reverse().flat();
}

function guard(part: FlowPart & { kind: 'guarded' }, following: string): StepDraft[] {
  const steps = flatten(part.parts, following);
  if (steps.length === 0) return [];
  const when = [{ if: part.condition, next: 'next' }];
  return [{ id: part.id, type: 'branch', when, else: following }, ...steps];
}

/** `if(condition, then, otherwise)`, which expressions do not have, as steps before the one that needs it. */
export function hoistedParts(hoisted: readonly Hoisted[], newId: (name: string) => string): FlowPart[] {
  return hoisted.flatMap(({ variable, condition, then, otherwise }): FlowPart[] => [
    setPart(newId(`set_${variable}`), variable, otherwise),
    {
      kind: 'guarded',
      id: newId(`if_${variable}`),
      condition,
      parts: [setPart(newId(`then_${variable}`), variable, then)],
    },
  ]);
}

export function setPart(id: string, variable: string, value: string): FlowPart {
  return { kind: 'step', step: { id, type: 'set', variable, value } };
}
