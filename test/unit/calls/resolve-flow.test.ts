import { expect, it } from 'vitest';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { resolveFlow } from '../../../src/workflows/resolve-flow.ts';

const definition = {
  title: 'Quiz',
  languages: ['en'],
  steps: [{ id: 'hello', type: 'message', say: { text: { en: 'Hello.' } } }],
} as FlowDefinition;

/** A store that has versions 1 to 3 of «quiz». */
const deps = {
  flows: {
    getFlow: (id: string, version: number | null) =>
      Promise.resolve(
        id === 'quiz' && (version ?? 3) <= 3 ? { id, version: version ?? 3, definition, createdAt: 0 } : null,
      ),
    putFlow: () => Promise.reject(new Error('nothing is stored here')),
  },
} as unknown as Parameters<typeof resolveFlow>[0];

it.each([
  ['quiz', { id: 'quiz', version: 3 }],
  ['quiz@2', { id: 'quiz', version: 2 }],
])('a call finds the flow that it names: %s', async (name, reference) => {
  expect(await resolveFlow(deps, name)).toEqual({ result: 'resolved', reference, definition });
});

it.each([
  ['quiz@9', 'names version 9 of «quiz», which has versions 1 to 3'],
  ['quest', 'names a flow that is not stored: PUT /v1/flows/quest first'],
  ['quest@9', 'names a flow that is not stored: PUT /v1/flows/quest first'],
  ['Quiz', 'must be the id of a flow, such as teacher-quiz or teacher-quiz@3, or a whole flow'],
])('a call that names none is told what to do about it: %s', async (name, detail) => {
  expect(await resolveFlow(deps, name)).toEqual({
    result: 'invalid',
    faults: [{ pointer: '/flow', detail }],
  });
});
