import { assert } from '../../lib/assert.ts';
import { parseDurationMs } from '../../lib/duration.ts';
import type { BuiltInWords } from '../prompts/built-in-words.ts';
import type { Expression } from './expressions/expression.ts';
import { parseExpression } from './expressions/parse-expression.ts';
import { isAsking, type FlowDefinition, type StepDefinition } from './flow-definition.ts';

/** A flow made ready for playing: everything that need not be worked out again at each key. */
export interface Flow {
  readonly definition: FlowDefinition;
  readonly words: BuiltInWords;
  readonly steps: ReadonlyMap<string, StepDefinition>;
  /** The step that follows in the list; null after the last. */
  readonly following: ReadonlyMap<string, string | null>;
  readonly first: string;
  /** Parsed, by their text. */
  readonly expressions: ReadonlyMap<string, Expression>;
  /** Names whose values come to be known only during the call. */
  readonly lateNames: ReadonlySet<string>;
  /** The step that asks who is there; null in a flow for one person. */
  readonly personStep: string | null;
  readonly defaults: {
    readonly firstKeyTimeoutMs: number;
    readonly nextKeyTimeoutMs: number;
    readonly attempts: number;
    readonly typeAhead: boolean;
  };
}

const usualFirstKeyTimeoutMs = 6_000;
const usualNextKeyTimeoutMs = 3_000;
const usualAttempts = 3;

export const personNames = ['person.id', 'person.name'] as const;
export const scoreNames = ['score.correct', 'score.answered', 'score.total'] as const;

/** @throws AssertionError for a definition that `validateFlow` would refuse. */
export function compileFlow(definition: FlowDefinition, words: BuiltInWords): Flow {
  const { steps, defaults = {} } = definition;
  const [first] = steps;
  assert(first, 'a flow has at least one step');
  return {
    definition,
    words,
    steps: new Map(steps.map((step) => [step.id, step])),
    following: new Map(steps.map((step, index) => [step.id, steps[index + 1]?.id ?? null])),
    first: first.id,
    expressions: new Map(steps.flatMap(expressionTexts).map((text) => [text, expressionOf(text)])),
    lateNames: lateNamesOf(steps),
    personStep: steps.find((step) => step.type === 'person')?.id ?? null,
    defaults: {
      firstKeyTimeoutMs: durationMs(defaults.first_key_timeout, usualFirstKeyTimeoutMs),
      nextKeyTimeoutMs: durationMs(defaults.next_key_timeout, usualNextKeyTimeoutMs),
      attempts: defaults.attempts ?? usualAttempts,
      typeAhead: defaults.type_ahead ?? true,
    },
  };
}

/** A step that is known to exist. */
export function stepOf(flow: Flow, id: string): StepDefinition {
  const step = flow.steps.get(id);
  assert(step, `the flow has no step «${id}»`);
  return step;
}

/** The step that `next` and its like lead to from `from`; null for the end. */
export function targetOf(flow: Flow, from: string, target: string | undefined): string | null {
  if (target === 'end') return null;
  return target === undefined || target === 'next' ? (flow.following.get(from) ?? null) : target;
}

/** Milliseconds of a duration that was validated, or the default. */
export function durationMs(text: string | undefined, otherwiseMs: number): number {
  return text === undefined ? otherwiseMs : (parseDurationMs(text) ?? otherwiseMs);
}

/** Responses, the score and what `set` gives: nothing of it can be synthesised before dialling. */
export function lateNamesOf(steps: readonly StepDefinition[]): Set<string> {
  const names = steps.flatMap((step) =>
    isAsking(step)
      ? [step.id]
      : step.type === 'set'
        ? [step.variable]
        : step.type === 'lookup'
          ? Object.keys(step.values)
          : [],
  );
  return new Set([...names, ...scoreNames]);
}

function expressionTexts(step: StepDefinition): string[] {
  if (step.type === 'set') return [step.value];
  return step.type === 'branch' ? (step.when ?? []).map((condition) => condition.if) : [];
}

function expressionOf(text: string): Expression {
  const parsed = parseExpression(text);
  assert(parsed.result === 'expression', `the expression «${text}» was validated`);
  return parsed.expression;
}
