import { evaluateExpression, isTrue } from '../../expressions/evaluate-expression.ts';
import { namesOf } from '../../expressions/expression.ts';
import { parseExpression } from '../../expressions/parse-expression.ts';
import type { StepDraft } from '../import-note.ts';
import { parseForeignExpression } from '../foreign-expression.ts';
import { hoistedParts, stepsOf } from '../flow-parts.ts';
import { writeExpression } from '../write-expression.ts';
import { note, resolveName, type FloipBuilder } from './floip-builder.ts';
import type { FloipBlock, FloipExit } from './read-container.ts';

/** The id of the step that a block begins with, or `end`. */
export type TargetOf = (blockUuid: string | null) => string;

/** An exit whose test is known. */
export interface TestedExit {
  test: string;
  /** Steps that the test needs before it. */
  before: StepDraft[];
  destination: string | null;
}

/** Where a block is left when no test holds. */
export function defaultDestination({ exits }: FloipBlock): string | null {
  const exit =
    exits.find(({ isDefault }) => isDefault) ?? exits.find(({ test }) => test === null) ?? exits.at(-1);
  return exit?.destination ?? null;
}

/** The exits that have tests, in order. One whose test cannot be carried over is noted, and never taken. */
export function testedExits(builder: FloipBuilder, block: FloipBlock): TestedExit[] {
  return block.exits.flatMap((exit) => {
    if (exit.isDefault || exit.test === null) return [];
    const written = writeTest(builder, block, exit.test);
    if (written.result === 'expression')
      return [{ test: written.text, before: written.before, destination: exit.destination }];
    noteTest(builder, block, exit, written.detail);
    return [];
  });
}

export function writeTest(
  builder: FloipBuilder,
  block: FloipBlock,
  test: string,
): { result: 'expression'; text: string; before: StepDraft[] } | { result: 'fault'; detail: string } {
  const parsed = parseForeignExpression(test, 'floip');
  if (parsed.result === 'fault') return parsed;
  const written = writeExpression(parsed.expression, {
    resolve: (name) => resolveName(builder, block, name),
    newVariable: () => builder.ids.take(`${block.name}_part`, 'part'),
  });
  if (written.result === 'fault') return written;
  const before = stepsOf(hoistedParts(written.hoisted, (id) => builder.ids.take(id, 'step')));
  return { result: 'expression', text: written.text, before };
}

/** Whether the test holds when the answer to `id` is `value`; null where it depends on something else too. */
export function holdsFor(test: string, { id, value }: { id: string; value: string }): boolean | null {
  const parsed = parseExpression(test);
  if (parsed.result === 'fault' || namesOf(parsed.expression).some((name) => name !== id)) return null;
  return isTrue(evaluateExpression(parsed.expression, () => value));
}

/** A branch along exits; where there is nothing to decide, no step at all. */
export function branchAlong(
  id: string,
  exits: readonly TestedExit[],
  { otherwise, targetOf }: { otherwise: string | null; targetOf: TargetOf },
): StepDraft[] {
  if (exits.length === 0) return [];
  const when = exits.map(({ test, destination }) => ({ if: test, next: targetOf(destination) }));
  const branch = { id, type: 'branch', when: when.slice(0, 100), else: targetOf(otherwise) };
  return [...exits.flatMap(({ before }) => before.map((step) => endingIn(step, id))), branch];
}

/** Steps before a branch lead on to it where they would end the flow. */
function endingIn(step: StepDraft, id: string): StepDraft {
  return step['else'] === 'end' ? { ...step, else: id } : step;
}

function noteTest(builder: FloipBuilder, block: FloipBlock, exit: FloipExit, detail: string): void {
  note(builder, block, {
    kind: 'left_out',
    detail: `The test of the exit «${exit.name.slice(0, 100)}» ${detail}; the exit is never taken.`,
  });
}
