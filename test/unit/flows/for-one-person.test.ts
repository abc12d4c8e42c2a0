import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { collectSpokenParts } from '../../../src/domain/flows/collect-spoken-parts.ts';
import { forOnePerson } from '../../../src/domain/flows/for-one-person.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', '..', 'prompts'));
const message = (id: string) => ({ id, type: 'message', say: { text: { en: id } } }) as const;
const flowOf = (...steps: FlowDefinition['steps']) =>
  compileFlow({ title: 'Family', languages: ['en'], steps }, words);

it('leaves a flow as it is that asks nobody who they are', () => {
  const flow = flowOf(message('hello'));
  expect(forOnePerson(flow)).toBe(flow);
});

it('asks nobody who they are, goes on where the question would have, and is the same flow each time', () => {
  const flow = flowOf({ id: 'who', type: 'person', next: 'bye' }, message('hello'), message('bye'));
  const variant = forOnePerson(flow);
  expect(variant.personStep).toBeNull();
  expect(variant.steps.get('who')).toEqual({ id: 'who', type: 'branch', else: 'bye' });
  expect([...variant.steps.keys()]).toEqual([...flow.steps.keys()]);
  expect(forOnePerson(flow)).toBe(variant);
  const spoken = (of: typeof flow) =>
    collectSpokenParts(of, { language: 'en', variables: {} }).map((part) => JSON.stringify(part));
  expect(spoken(flow).length).toBeGreaterThan(spoken(variant).length);
});
