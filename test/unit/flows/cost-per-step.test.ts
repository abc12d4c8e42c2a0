import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileFlow, type Flow } from '../../../src/domain/flows/compile-flow.ts';
import { createSession } from '../../../src/domain/flows/create-session.ts';
import { advance } from '../../../src/domain/flows/flow-engine.ts';
import type { EngineInput, FlowSession } from '../../../src/domain/flows/flow-session.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { plainStart } from '../../support/plain-start.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

/** Every third step is a message, a question, a branch by its answer. */
function flowOf(length: number): Flow {
  const steps = Array.from({ length }, (_, index) => {
    const id = `s${index}`;
    if (index % 3 === 0) return { id, type: 'message', say: { text: { en: 'Some words.' } } };
    if (index % 3 === 2) return { id, type: 'branch', on: `s${index - 1}`, cases: { a: 'next' } };
    return {
      id,
      type: 'choice',
      say: { text: { en: 'A or b?' } },
      options: { 1: { value: 'a' }, 2: { value: 'b' } },
    };
  });
  const validated = validateFlow({ title: 'Long', languages: ['en'], steps }, libraryOf(words));
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  return compileFlow(validated.flow, words);
}

/** The same flow, which counts how often one of its steps is looked at. */
function counting(flow: Flow): { flow: Flow; looks: () => number } {
  let looks = 0;
  const counted = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(inner, key) {
        looks += 1;
        const value: unknown = Reflect.get(inner, key, inner);
        return typeof value === 'function' ? (value as () => unknown).bind(inner) : value;
      },
    });
  const definition = { ...flow.definition, steps: counted(flow.definition.steps) };
  const { steps, following } = flow;
  return {
    flow: { ...flow, definition, steps: counted(steps), following: counted(following) },
    looks: () => looks,
  };
}

/** Looks at steps for each step that is played, from the phone's answer to the end. */
function looksPerStep(length: number): number {
  const { flow, looks } = counting(flowOf(length));
  let session: FlowSession = createSession(flow, plainStart);
  const before = looks();
  const feed = (input: EngineInput): void => void (session = advance(flow, session, input).session);
  feed({ type: 'started', at: 0 });
  for (let at = 1; session.ending === null; at += 1) {
    const { phase } = session;
    if (phase.phase === 'speaking') feed({ type: 'prompt_ended', at, promptId: phase.promptId });
    else feed({ type: 'key', at, key: '1' });
  }
  expect(session.ending).toBe('flow_ended');
  return (looks() - before) / length;
}

it('a step of a flow of 500 costs the engine no more looks at steps than one of a flow of six', () => {
  const few = looksPerStep(6);
  expect(few).toBeGreaterThan(1);
  expect(looksPerStep(498)).toBeLessThanOrEqual(few * 1.1);
});
