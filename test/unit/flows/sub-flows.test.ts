import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import { expandFlow } from '../../../src/domain/flows/sub-flows/expand-flow.ts';
import type { SubFlows } from '../../../src/domain/flows/sub-flows/sub-flows.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { resolveFlow } from '../../../src/workflows/resolve-flow.ts';
import { storeFlow } from '../../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../../support/in-memory-flow-store.ts';
import { mendable } from '../../support/mendable.ts';
import { said } from '../../support/said.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const bye = { id: 'bye', type: 'message', say: 'system.goodbye' };
const options = { 1: { value: 'a' }, 2: { value: 'b' } };
const q1 = { id: 'q1', type: 'choice', say: said('One?'), options };
const play = (flow: string, id = 'sub') => ({ id, type: 'sub_flow', flow });

function flow(steps: unknown[], more: Record<string, unknown> = {}): Record<string, unknown> {
  return { title: 'Flow', languages: ['en'], steps, ...more };
}

/** Stored flows by name, as they were sent. */
const stored: Record<string, Record<string, unknown>> = {
  intro: flow([q1]),
  star: flow([{ ...q1, options: { '*': { value: 'a' } } }]),
  hindi: flow([{ ...bye }], { languages: ['hi'] }),
  long: flow(Array.from({ length: 300 }, (_, index) => ({ ...bye, id: `s${index}` }))),
  personal: flow([{ id: 'm', type: 'message', say: said('Dear {{name}}.') }]),
  circle: flow([play('circle-2')]),
  'circle-2': flow([play('circle')]),
  deep: flow([play('deep-2')]),
  'deep-2': flow([play('deep-3')]),
  'deep-3': flow([play('intro')]),
};
const subFlows: SubFlows = {
  flowOf(name) {
    const definition = stored[name] as unknown as FlowDefinition | undefined;
    return definition === undefined ? null : { reference: { id: name, version: 1 }, definition };
  },
};

function faultsOf(json: unknown): string[] {
  const validated = validateFlow(json, libraryOf(words), { subFlows, within: ['mine'] });
  return validated.result === 'valid' ? [] : validated.faults.map(mendable);
}

describe('a flow that plays another', () => {
  const not = 'plays a flow that does not fit here: its step';
  it.each<[string, unknown, string[]]>([
    [
      'with answers that it reads',
      flow([play('intro'), { id: 'b', type: 'branch', on: 'sub.q1', cases: { a: 'end' } }, bye]),
      [],
    ],
    ['twice', flow([play('intro'), play('intro', 'again')]), []],
    ['three flows deep', flow([play('deep-2')]), []],
    [
      'that is not stored',
      flow([play('inrto')]),
      ['/steps/0/flow: names the flow «inrto», which is not stored'],
    ],
    [
      'under no name',
      flow([play('Intro 3')]),
      ['/steps/0/flow: must be the id of a stored flow, such as intro or intro@3'],
    ],
    [
      'four flows deep',
      flow([play('deep')]),
      [
        '/steps/0/flow: plays «deep», which cannot be played here: it plays «deep-2», which cannot be played here: it plays «deep-3», which cannot be played here: it lies more than 3 flows deep',
      ],
    ],
    [
      'which plays itself',
      flow([play('circle')]),
      [
        '/steps/0/flow: plays «circle», which cannot be played here: it plays «circle-2», which cannot be played here: it plays «circle» within itself, which would never end',
      ],
    ],
    ['in another language', flow([bye, play('hindi')]), ['/steps/1/flow: plays «hindi», which is not in en']],
    [
      'that is too long together',
      flow([play('long'), play('long', 'again')]),
      ['/steps: come to 602 with those of the flows that they play; at most 500 can be played'],
    ],
    [
      'whose keys it has for something else',
      flow([bye, play('star')], { keys: { repeat: '*' } }),
      [`/steps/1/flow: ${not} «q1» uses the key that the flow has for «repeat»`],
    ],
    [
      'that speaks of something personal too early',
      flow([play('personal'), { id: 'who', type: 'person' }]),
      [
        `/steps/0/flow: ${not} «m» speaks of «name», which may be personal, before it is known who is on the phone`,
      ],
    ],
    [
      'and reads an answer that nobody gives there',
      flow([play('intro'), { id: 'b', type: 'branch', on: 'sub.q2', cases: { a: 'end' } }, bye]),
      ['/steps/1/on: reads «sub.q2», which nothing gives a value'],
    ],
    [
      'and has a mistake of its own',
      flow([play('intro'), { ...bye, next: 'nowhere' }]),
      ['/steps/1/next: leads to «nowhere», and no step has this id'],
    ],
  ])('%s', (_, json, expected) => {
    expect(faultsOf(json)).toEqual(expected);
  });

  it('leaves out texts in languages that are not spoken, and says its defaults of each question', () => {
    const inner = {
      ...flow([{ ...q1, say: { text: { en: 'One?', hi: 'एक?' } } }], {
        languages: ['en', 'hi'],
        defaults: { attempts: 1 },
      }),
    } as unknown as FlowDefinition;
    const expanded = expandFlow(flow([play('x')]) as unknown as FlowDefinition, {
      flowOf: () => ({ reference: { id: 'x', version: 1 }, definition: inner }),
    });
    expect(expanded.result === 'expanded' && expanded.definition.steps).toEqual([
      { ...play('x'), next: 'sub.q1' },
      expect.objectContaining({ id: 'sub.q1', say: said('One?'), attempts: 1, next: 'end' }),
    ]);
  });
});

it('a flow that is stored keeps the version of what it plays, whatever is stored afterwards', async () => {
  const deps = {
    flows: new InMemoryFlowStore(),
    words,
    clock: { now: () => 0 },
    speaks: () => true,
    prompts: { names: () => Promise.resolve([]) },
  } as never as Parameters<typeof storeFlow>[0];
  await storeFlow(deps, { id: 'intro', definition: flow([q1]) });
  const kept = await storeFlow(deps, { id: 'outer', definition: flow([play('intro')]) });
  expect(kept).toMatchObject({ result: 'stored', flow: { definition: { steps: [play('intro@1')] } } });
  await storeFlow(deps, { id: 'intro', definition: flow([{ ...q1, id: 'other' }]) });
  const resolved = await resolveFlow(deps, 'outer');
  expect(resolved.result === 'resolved' && resolved.definition.steps.map((step) => step.id)).toEqual([
    'sub',
    'sub.q1',
  ]);
  const self = await storeFlow(deps, { id: 'intro', definition: flow([play('outer')]) });
  expect(self).toMatchObject({ result: 'invalid', faults: [{ pointer: '/steps/0/flow' }] });
});
