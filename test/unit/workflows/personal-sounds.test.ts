import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import type { SoundPart, SpokenPart } from '../../../src/domain/prompts/spoken-part.ts';
import type { RenderOptions } from '../../../src/speech/rendition-cache.ts';
import { createPersonalSounds } from '../../../src/workflows/personal-sounds.ts';
import { prepareCall } from '../../../src/workflows/prepare-call.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { TextRenditions } from '../../support/text-renditions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const at = 1_800_000_000_000;
const hourMs = 3_600_000;
const flow = compileFlow(
  {
    title: 'Greeting',
    languages: ['hi', 'en'],
    steps: [
      { id: 'hello', type: 'message', say: { text: { hi: 'नमस्ते {{name}}', en: 'Good day {{name}}' } } },
      { id: 'news', type: 'message', say: { text: { hi: 'कल स्कूल खुला है', en: 'School is open' } } },
    ],
  } as unknown as FlowDefinition,
  {},
);

const textOf = (part: SoundPart): string =>
  part.kind === 'text' ? `${part.language}:${part.text}` : part.kind;
const sounds = createPersonalSounds({
  ...{ words: {}, flowOf: () => Promise.resolve(flow), dataDir: '/nowhere', clock: new VirtualClock(at) },
  renditions: [{ personalFiles: (part) => [textOf(part)] }, { personalFiles: () => [] }],
});

function callOf(changes: Partial<Call>): Call {
  return sampleCall({ at, changes: { people: [], ...changes } });
}

it('finds what was spoken to this person alone, in every language of the flow, with hashes of what it is made of', async () => {
  const hash = createHash('sha256').update('saltAsha').digest('hex');
  expect(await sounds.of(callOf({ variables: { name: 'Asha', class: 4 } }), 'salt')).toEqual([
    { sound: 'hi:नमस्ते Asha', words: [hash] },
    { sound: 'en:Good day Asha', words: [hash] },
  ]);
});

it('finds all that was made for them when they were called', async () => {
  const call = callOf({ variables: { name: 'Asha' } });
  const made: string[] = [];
  const renditions = {
    renderAll(parts: readonly SpokenPart[], { personal }: Pick<RenderOptions, 'personal'>) {
      made.push(...(personal ?? []));
      return new TextRenditions('nothing').renderAll(parts);
    },
  };
  const { signal } = new AbortController();
  await prepareCall({ renditions, words: {} }, { call, flow, signal });
  const found = (await sounds.of(call, 'salt')).map(({ sound }) => sound);
  expect(made.length).toBeGreaterThan(0);
  expect(found).toEqual(expect.arrayContaining(made));
});

it.each([
  ['nothing was known of them', callOf({ variables: {} })],
  [
    'it was so long ago that it was swept',
    callOf({
      variables: { name: 'Asha' },
      state: {
        ...{ status: 'ended', endedAt: at - 4 * hourMs, outcome: 'completed' },
        ...{ blockedBy: null, problem: null },
      },
    }),
  ],
])('finds nothing where %s', async (_, call) => {
  expect(await sounds.of(call, 'salt')).toEqual([]);
});
