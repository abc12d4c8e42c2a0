import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/domain/fault.ts';
import { importFloip } from '../../../src/domain/flows/importers/floip/import-floip.ts';
import type { Imported } from '../../../src/domain/flows/importers/import-note.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { childHealthLine } from '../../support/floip/child-health-line.ts';
import { marketPrices } from '../../support/floip/market-prices.ts';
import { noteLines, stepLines } from './import-lines.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

function imported(json: unknown, flow: string | null = null): Imported {
  const result = importFloip(json, { flow });
  if (result.result !== 'imported') throw new Error(JSON.stringify(result));
  return result.imported;
}

/** What storing would find wrong, but for steps and languages that this version does not have. */
function faultsOf(of: Imported): Fault[] {
  const validated = validateFlow(of.flow, libraryOf(words, of.prompts));
  const faults = validated.result === 'invalid' ? validated.faults : [];
  return faults.filter(
    ({ pointer, detail }) =>
      !pointer.startsWith('/languages/') && !/^names the flow «.*», which is not stored$/.test(detail),
  );
}

/** A loop that only an odd mutation makes is not cut by the importer; it is told of among the faults of the reply, as here. */
function isNoLoop({ detail }: Fault): boolean {
  return detail !== 'makes a loop that can run for ever without a key press';
}

describe('a container of flows by IVR', () => {
  const line = imported(childHealthLine);

  it('is carried over block by block along its exits', () => {
    expect(stepLines(line)).toEqual([
      'hello message → has_child',
      'has_child choice 1=yes→child_age 2=no→bye given up → end',
      'child_age digits max 3 range 0-120 → child_age_exits given up → village_case',
      'child_age_exits branch child_age < 6 → small_advice else village_case',
      'small_advice message → village_case',
      "village_case branch village = 'Akoa' and child_age >= 6 → clinic else worries",
      'clinic message → worries',
      'worries voice_message → quiz given up → quiz',
      'quiz sub_flow → bye',
      'bye message → end',
    ]);
    expect(faultsOf(line)).toEqual([]);
    expect(line).toMatchObject({ suggestedId: 'child-health-line', flow: { languages: ['en', 'fr-FR'] } });
  });

  it('names every block that is not carried over as it stands', () => {
    expect(noteLines(line).toSorted()).toEqual([
      'changed has_child',
      'changed quiz',
      'left_out child_age',
      'left_out forgotten',
      'left_out group',
      'left_out photo',
      'left_out village_case',
      'not_needed begin_log',
    ]);
    expect(line.notes.find(({ name }) => name === 'photo')?.place).toEqual({
      flow: 'Child health line',
      block: 'b-photo',
      pointer: '/flows/0/blocks/8',
    });
  });

  it('speaks contacts as variables, numbers as such, and lists recordings', () => {
    const say = (id: string): unknown => line.flow.steps.find((step) => step.id === id)?.['say'];
    expect(say('hello')).toMatchObject({ text: { en: 'Hello {{name}}, this is the child health line.' } });
    expect(say('small_advice')).toContainEqual({ number: '{{child_age}}' });
    expect(say('child_age')).toBe('child-health-line.child_age');
    expect(line.prompts).toEqual([
      {
        id: 'child-health-line.child_age',
        language: 'en',
        file: 'https://files.example/age-eng.wav',
        text: 'How many months old is your child?',
      },
      {
        id: 'child-health-line.child_age',
        language: 'fr-FR',
        file: 'https://files.example/age-fra.wav',
        text: null,
      },
    ]);
  });

  it('gives each flow by name or uuid', () => {
    expect(stepLines(imported(childHealthLine, 'Hygiene quiz'))).toEqual(['q1 message → end']);
    expect(stepLines(imported(childHealthLine, 'ea5d7659-16cd-4e9a-86dc-28398cb41aed'))).toEqual([
      'q1 message → end',
    ]);
    expect(importFloip(childHealthLine, { flow: 'nobody' })).toMatchObject({
      faults: [{ pointer: '/flows' }],
    });
  });
});

describe('a flow of the first drafts', () => {
  const prices = imported(marketPrices);

  it('is carried over with recordings of choices and keys', () => {
    expect(stepLines(prices)).toEqual([
      'crop choice 1=wheat→land 2=rice→land given up → land',
      'land digits max 2 → set_yield given up → set_yield',
      'set_yield set yield = land * 12 → decide',
      "decide branch crop = 'rice' → rice_price else wheat_price",
      'rice_price message → end',
      'wheat_price message → end',
    ]);
    expect(prices.flow.steps[0]?.['say']).toEqual([
      'market-prices.crop',
      'market-prices.crop_choice_1',
      'market-prices.press_1',
      'market-prices.crop_choice_2',
      'market-prices.press_2',
    ]);
    expect(faultsOf(prices)).toEqual([]);
  });

  it('names a test that cannot be read', () => {
    expect(noteLines(prices)).toEqual(['changed Yield', 'left_out Decide', 'left_out Crops']);
  });
});

describe('keys of choices', () => {
  const block = (choices: unknown) => ({
    name: 'F',
    languages: ['eng'],
    first_block_id: 'a',
    blocks: [
      {
        uuid: 'a',
        name: 'a',
        type: 'MobilePrimitives.SelectOneResponse',
        config: { prompt: 'r', choices },
        exits: [{ name: 'Default', default: true, destination_block: null }],
      },
    ],
    resources: {
      r: { values: [{ language_id: 'eng', content_type: 'TEXT', modes: ['IVR'], value: 'Press 7 or 8.' }] },
    },
  });

  it.each<[string, unknown, string]>([
    [
      'are those of their tests',
      [
        { name: 'late', ivr_test: { test_expression: 'block.response = 8' } },
        { name: 'early', ivr_test: { test_expression: "block.response = '7'" } },
      ],
      'a choice 7=early→end 8=late→end given up → end',
    ],
    [
      'are counted where they have none',
      [{ name: 'x' }, { name: 'y' }],
      'a choice 1=x→end 2=y→end given up → end',
    ],
  ])('%s', (_, choices, expected) => {
    expect(stepLines(imported(block(choices)))).toEqual([expected]);
  });

  it('cannot be more than ten', () => {
    const many = Array.from({ length: 11 }, (_, index) => ({ name: `c${index}` }));
    expect(importFloip(block(many), { flow: null })).toMatchObject({ result: 'unusable' });
  });
});

describe('whatever the JSON is', () => {
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      'b-hello',
      'b-age',
      'r-age',
      'block.value',
      '@@@',
      '((((',
      "block.value = '",
      11,
      [],
      {},
      null,
      '__proto__',
      'constructor',
      '{{',
      'Core.Case',
      'MobilePrimitives.SelectOneResponse',
    ),
  );

  it('never throws, and gives flows without faults', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<unknown>(childHealthLine, marketPrices),
        fc.array(fc.tuple(fc.nat(400), values), { maxLength: 8 }),
        (json, mutations) => {
          const mutated = mutations.reduce(replaced, json);
          const result = importFloip(mutated, { flow: null });
          if (result.result === 'imported') expect(faultsOf(result.imported).filter(isNoLoop)).toEqual([]);
          else expect(result.faults).toHaveLength(1);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);

  it.each([
    null,
    1,
    'x',
    [],
    {},
    { flows: [] },
    { flows: [null] },
    { blocks: [] },
    { flows: [{ languages: [{ id: 'zz' }], blocks: [1] }] },
  ])('is refused with a pointer: %j', (json) => {
    expect(importFloip(json, { flow: null })).toMatchObject({ result: 'unusable' });
  });
});

/** The JSON with the value at one of its places, counted through, replaced. */
function replaced(json: unknown, [place, value]: readonly [number, unknown]): unknown {
  let count = 0;
  const walk = (at: unknown): unknown => {
    count += 1;
    if (count - 1 === place) return value;
    if (Array.isArray(at)) return at.map(walk);
    if (typeof at === 'object' && at !== null)
      return Object.fromEntries(Object.entries(at).map(([key, each]) => [key, walk(each)]));
    return at;
  };
  return walk(json);
}
