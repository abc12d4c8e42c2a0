import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { stepDefinitions, type StepDefinition, type StepType } from '../flow-definition.ts';
import { explainShape, valueAt } from './explain-shape.ts';
import { sayShapeFaults, whatToSay } from './read-say.ts';
import { suggestionFrom } from '../../suggest.ts';

const exampleStep = '{ "id": "hello", "type": "message", "say": … }';

/** Steps as far as they can be read: one that has faults of its own is known by its id only. */
export interface ReadSteps {
  steps: { index: number; id: string | null; step: StepDefinition | null }[];
  faults: MendableFault[];
}

export function readSteps(values: readonly unknown[]): ReadSteps {
  const faults: MendableFault[] = [];
  const steps = values.map((value, index) => {
    const read = readStep(value, index);
    faults.push(...read.faults);
    return { index, id: idOf(value), step: read.step };
  });
  return { steps, faults };
}

function readStep(value: unknown, index: number): { step: StepDefinition | null; faults: MendableFault[] } {
  const pointer = pointerTo('steps', index);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      step: null,
      faults: [{ pointer, detail: 'must be an object', suggestion: `Write the step as ${exampleStep}.` }],
    };
  }
  const type = Object.hasOwn(value, 'type') ? (value as { type: unknown }).type : undefined;
  if (!isStepType(type)) return { step: null, faults: [typeFault(type, pointer)] };
  const schema = stepDefinitions[type];
  const parsed = schema.safeParse(value);
  if (parsed.success) return { step: parsed.data, faults: [] };
  const { issues } = parsed.error;
  const others = issues.filter((issue) => !issue.path.includes('say'));
  const shape = { path: ['steps', index], value, schema };
  return { step: null, faults: [...explainShape(others, shape), ...sayingFaults(value, index, issues)] };
}

/** Judges every `say` that the schema refused, each once. */
function sayingFaults(
  step: object,
  index: number,
  issues: readonly { path: PropertyKey[] }[],
): MendableFault[] {
  const paths = issues.flatMap(({ path }) => {
    const at = path.indexOf('say');
    return at < 0 ? [] : [path.slice(0, at + 1)];
  });
  const distinct = [...new Map(paths.map((path) => [pointerTo(...path), path])).values()];
  return distinct.flatMap((path) => {
    const value = valueAt(step, path);
    const full = ['steps', index, ...path];
    return value === undefined
      ? [{ pointer: pointerTo(...full), detail: 'must be given: what is to be said', suggestion: whatToSay }]
      : sayShapeFaults(value, full);
  });
}

function typeFault(type: unknown, pointer: string): MendableFault {
  const at = `${pointer}/type`;
  const types = Object.keys(stepDefinitions);
  if (typeof type !== 'string')
    return {
      pointer: at,
      detail: `must be one of: ${types.join(', ')}`,
      suggestion: '"message" says something; "choice" asks for one key.',
    };
  return {
    pointer: at,
    detail: `must be one of: ${types.join(', ')}`,
    suggestion: '"message" says something; "choice" asks for one key.',
    ...suggestionFrom(types, type),
  };
}

function isStepType(type: unknown): type is StepType {
  return typeof type === 'string' && Object.hasOwn(stepDefinitions, type);
}

function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : null;
  return typeof id === 'string' ? id : null;
}
