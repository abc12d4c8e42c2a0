import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlow, type Flow } from '../../../src/domain/flows/compile-flow.ts';
import { createSession, type SessionStart } from '../../../src/domain/flows/create-session.ts';
import { keys, type Key } from '../../../src/domain/flows/flow-definition.ts';
import { rehearseFlow, type Rehearsed } from '../../../src/domain/flows/rehearsal/rehearse-flow.ts';
import type { RehearsedEntry } from '../../../src/domain/flows/rehearsal/rehearsed-line.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { lengthOfPart } from '../../../src/domain/prompts/part-length.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { anyFlow } from '../../support/any-flow.ts';
import { FlowLine, soundMs } from '../../support/flow-line.ts';
import { plainStart } from '../../support/plain-start.ts';
import { factLine, playScenario, startOf, type Scenario } from '../../support/play-scenario.ts';
import { scenarioFlow } from '../../support/scenario-flow.ts';

const root = join(import.meta.dirname, '../../..');
const words = await loadBuiltInWords(join(root, 'prompts'));
const library = libraryOf(words);
const scenarios = join(root, 'test/scenarios');

const start: SessionStart = { ...plainStart, variables: { name: 'Asha', x: 12 } };

function compiled(definition: unknown): Flow {
  const validated = validateFlow(definition, library);
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  return compileFlow(validated.flow, words);
}

function rehearsed(
  flow: Flow,
  pressed: (string | null)[],
  more: Partial<Parameters<typeof rehearseFlow>[1]> = {},
) {
  return rehearseFlow(flow, {
    start,
    keys: pressed,
    afterKeys: 'silence',
    longestTalkMs: 900_000,
    lengthOf: (part) => ({ durationMs: soundMs(part), measured: true }),
    ...more,
  });
}

/** As the stories of `test/scenarios` write it: one line a prompt, «…» where it was cut short. */
function heardLine(entry: RehearsedEntry): string[] {
  if (entry.type !== 'prompt') return [];
  const text = entry.parts
    .flatMap(({ part }) => {
      if (part.kind === 'music') return ['<music>'];
      return 'text' in part && part.text !== null ? [part.text] : [];
    })
    .join(' ');
  return [entry.heardMs < entry.durationMs ? `${text} …` : text];
}

function heardIn({ entries }: Rehearsed): string[] {
  return entries.flatMap(heardLine);
}

function factsIn({ entries }: Rehearsed): string[] {
  return entries.flatMap((entry) => (entry.type === 'fact' ? [factLine(entry.fact)] : []));
}

function answersIn({ session }: Pick<Rehearsed, 'session'>): Record<string, string> {
  return Object.fromEntries(Object.entries(session.responses).map(([id, { value }]) => [id, value]));
}

const text = (spoken: string) => ({ text: { en: spoken } });
const options = { '1': { value: 'a' }, '2': { value: 'b' } };
const survey: unknown = {
  title: 'Survey',
  languages: ['en'],
  keys: { repeat: '*', opt_out: '0' },
  defaults: { attempts: 2 },
  steps: [
    { id: 'hello', type: 'message', say: text('Hello {{name}}.') },
    { id: 'q1', type: 'choice', say: text('One?'), options, correct: 'b' },
    { id: 'age', type: 'digits', say: text('Age?'), max: 3, terminator: '#', range: [1, 120] },
    { id: 'bye', type: 'message', say: text('Thank you.') },
  ],
};

describe('a rehearsal', () => {
  it.each<[string, (string | null)[], string[], Record<string, string>, Partial<Rehearsed>]>([
    [
      'answers one asking with each entry, several digits at once',
      ['2', '42#'],
      ['Hello Asha.', 'One?', 'Age?', 'Thank you.'],
      { q1: 'b', age: '42' },
      { ending: 'flow_ended', outcome: 'completed', heardPercent: 100, unusedKeys: [] },
    ],
    [
      'waits for the next asking after digits that nothing ends',
      ['2', '4', '2'],
      ['Hello Asha.', 'One?', 'Age?', 'Thank you.'],
      { q1: 'b', age: '4' },
      { ending: 'flow_ended', outcome: 'completed', unusedKeys: ['2'] },
    ],
    [
      'takes null for silence, and says the question again',
      [null, '1', '7#'],
      ['Hello Asha.', 'One?', 'Please press a key. One?', 'Age?', 'Thank you.'],
      { q1: 'a', age: '7' },
      { ending: 'flow_ended', outcome: 'completed' },
    ],
    [
      'is silent to the end when its keys are used up',
      ['1'],
      ['Hello Asha.', 'One?', 'Age?', 'Please press a key. Age?', 'Thank you.'],
      { q1: 'a' },
      { ending: 'flow_ended', outcome: 'partial' },
    ],
    [
      'tells of a wrong key',
      ['7', '1', '5#'],
      ['Hello Asha.', 'One?', 'Sorry, there is no choice on that key. One?', 'Age?', 'Thank you.'],
      { q1: 'a', age: '5' },
      { outcome: 'completed' },
    ],
    [
      'keeps keys that are pressed ahead, and gives back what nobody took',
      ['2444#1', '1'],
      [
        'Hello Asha.',
        'One?',
        'Age?',
        'Sorry, that entry does not fit. Please try again. Age? …',
        'Thank you.',
      ],
      { q1: 'b', age: '1' },
      { unusedKeys: ['1'] },
    ],
    [
      'opts out when the key is confirmed',
      ['0', '0', '1'],
      [
        'Hello Asha.',
        'One?',
        'If you want no more of these calls, press 0 once more. Otherwise please wait.',
        'All right, you will get no more of these calls. Goodbye.',
      ],
      {},
      { ending: 'opted_out', outcome: 'opted_out', unusedKeys: ['1'] },
    ],
  ])('%s', (_, pressed, heard, answers, expected) => {
    const result = rehearsed(compiled(survey), pressed);
    expect(heardIn(result)).toEqual(heard);
    expect(answersIn(result)).toEqual(answers);
    expect(result).toMatchObject(expected);
  });

  it('hangs up at the asking after the last key when it is told to', () => {
    const result = rehearsed(compiled(survey), ['2'], { afterKeys: 'hang_up' });
    expect(heardIn(result)).toEqual(['Hello Asha.', 'One?', 'Age?']);
    expect(result).toMatchObject({
      ending: 'hung_up',
      outcome: 'partial',
      summary: { resumeAt: 'age', completed: false },
    });
  });

  it('is cut by the longest talk that a call has', () => {
    const result = rehearsed(compiled(survey), [], { longestTalkMs: 1_000 });
    expect(result).toMatchObject({ ending: 'time_limit', durationMs: 1_000, outcome: 'partial' });
    expect(heardIn(result)).toEqual(['Hello Asha.', 'One?']);
  });

  it('is cut off where it becomes longer than anybody reads, whatever is pressed', () => {
    const menu = {
      title: 'Menu',
      languages: ['en'],
      steps: [
        {
          id: 'menu',
          type: 'choice',
          say: text('word '.repeat(390).trim()),
          options: { '1': { value: 'a', next: 'menu' } },
        },
      ],
    };
    const result = rehearsed(
      compiled(menu),
      Array.from({ length: 500 }, () => '1'.repeat(32)),
      { longestTalkMs: Infinity },
    );
    expect(result.ending).toBe('cut_off');
    expect(result.entries.length).toBeLessThanOrEqual(6_000);
    expect(heardIn(result).join('').length).toBeLessThan(600_000);
  });

  it('takes whoever presses the stop key for somebody who has spoken, and silence for silence', () => {
    const flow = compiled(JSON.parse(readFileSync(join(scenarios, 'flows/complaint.json'), 'utf8')));
    const kept = rehearsed(flow, ['#', '3']);
    expect(factsIn(kept)).toContain('response complaint = rehearsed-recording-1');
    expect(kept.outcome).toBe('completed');
    const silent = rehearsed(flow, [null, null]);
    expect(factsIn(silent)).toContain('given_up complaint');
    expect(silent.outcome).toBe('partial');
  });

  const stories = readdirSync(scenarios)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file, story: JSON.parse(readFileSync(join(scenarios, file), 'utf8')) as Scenario }))
    // There, «silence» is what ends the digits; in a rehearsal they end before the next asking.
    .filter(({ file }) => file !== 'digits-ended-by-silence.json')
    // A rehearsal asks no other system and calls nobody, so every look-up and every transfer fails.
    .filter(({ story }) => story.lookups === undefined && story.transfers === undefined)
    .filter(({ story }) => story.inputs.every((input) => input === 'silence' || isKeys(input)));

  it('has stories of calls to be compared with', () => {
    expect(stories.length).toBeGreaterThan(20);
  });

  it.each(stories)('is heard and recorded as the call of $file', ({ story }) => {
    const definition = scenarioFlow(story, words);
    const result = rehearsed(
      compileFlow(definition, words),
      story.inputs.map((input) => (input === 'silence' ? null : (input as string))),
      { start: startOf(story, definition) },
    );
    const played = playScenario(story, definition, words);
    expect(heardIn(result)).toEqual(played.heard);
    expect(factsIn(result)).toEqual(played.reported);
    expect(answersIn(result)).toEqual(played.recorded);
    expect(result.summary).toMatchObject({ score: played.outcome.score, resumeAt: played.outcome.resumeAt });
    expect(result.heardPercent).toBe(played.outcome.heard_percent);
  });

  function isKeys(input: Scenario['inputs'][number]): boolean {
    return typeof input === 'string' && /^[0-9*#]+$/.test(input);
  }
});

describe('a rehearsal of any flow with any keys', () => {
  const anyEntry = fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 5, arbitrary: fc.constantFrom(...keys) },
  );
  const anyEntries = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: anyEntry },
      { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...keys), minLength: 1, maxLength: 32 }) },
    ),
    { maxLength: 60 },
  );

  it('ends by itself, and comes to an outcome that a call can have', () => {
    let valid = 0;
    fc.assert(
      fc.property(anyFlow, anyEntries, fc.boolean(), (definition, pressed, hangsUp) => {
        const validated = validateFlow(definition, library);
        if (validated.result === 'invalid') return;
        valid += 1;
        const result = rehearsed(compileFlow(validated.flow, words), pressed, {
          afterKeys: hangsUp ? 'hang_up' : 'silence',
        });
        expect(result.ending).not.toBe('failed');
        expect(['completed', 'partial', 'opted_out']).toContain(result.outcome);
        expect(result.outcome === 'completed').toBe(result.summary.completed);
        const used = pressed.length - result.unusedKeys.length;
        expect(used >= 0 && result.heardPercent >= 0 && result.heardPercent <= 100).toBe(true);
        for (const entry of result.entries)
          if (entry.type === 'prompt') expect(entry.heardMs).toBeLessThanOrEqual(entry.durationMs);
        const times = result.entries.map((entry) => entry.afterMs);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
      { numRuns: 250 },
    );
    expect(valid).toBeGreaterThan(40);
  });

  it('records what the line of the scenarios records', () => {
    fc.assert(
      fc.property(anyFlow, fc.array(anyEntry, { maxLength: 30 }), (definition, pressed) => {
        const validated = validateFlow(definition, library);
        if (validated.result === 'invalid') return;
        // What is said there lasts for as long as the line's person speaks; here nobody does.
        if (validated.flow.steps.some((step) => step.type === 'voice_message')) return;
        // A terminator that comes late is forgiven for some seconds, and the two lines do not speak for the same time.
        const hasDigits = validated.flow.steps.some((step) => step.type === 'digits');
        if (hasDigits && pressed.some((key) => key === '#' || key === '*')) return;
        const flow = compileFlow(validated.flow, words);
        const result = rehearsed(flow, pressed, { longestTalkMs: Infinity });
        const line = playOnFlowLine(flow, pressed);
        expect(heardIn(result).map(withoutCut)).toEqual(line.heard.map(withoutCut));
        expect(factsIn(result).map(untimed)).toEqual(line.facts.map(factLine).map(untimed));
        expect(answersIn(result)).toEqual(answersIn(line));
      }),
      { numRuns: 250 },
    );
  });

  /** The two people do not press at the same instants. */
  function untimed(line: string): string {
    return line.replace(/waited \d+ ms/, 'waited');
  }

  function withoutCut(line: string): string {
    return line.replace(/ …$/, '');
  }

  /** The person of a rehearsal, on the line that the engine is tested with. */
  function playOnFlowLine(flow: Flow, pressed: readonly (Key | null)[]): FlowLine {
    const line = new FlowLine(flow, createSession(flow, start));
    line.start();
    let heard = 0;
    for (const key of pressed) {
      while (
        !line.isOver &&
        (line.isSpeaking ||
          line.isLookingUp ||
          (line.session.typed.length > 0 && line.heard.length === heard))
      )
        line.wait();
      if (line.isOver) break;
      heard = line.heard.length;
      if (key === null) line.wait();
      else line.press(key);
    }
    while (!line.isOver) line.wait();
    return line;
  }
});

describe('the length of a part', () => {
  it.each([
    ['a pause, which is known', { kind: 'pause', durationMs: 300 } as const, null, 300, true],
    ['what was measured', { kind: 'text', language: 'en', text: 'Hello' } as const, 700, 700, true],
    ['Latin letters', { kind: 'text', language: 'en', text: 'abcdefghij' } as const, null, 960, false],
    ['Devanagari', { kind: 'text', language: 'hi', text: 'नमस्ते' } as const, null, 760, false],
    ['a numeral', { kind: 'text', language: 'hi', text: '42' } as const, null, 960, false],
    ['Chinese', { kind: 'text', language: 'zh', text: '你好' } as const, null, 820, false],
  ])('is known or estimated: %s', (_, part, knownMs, durationMs, measured) => {
    expect(lengthOfPart(part, knownMs)).toEqual({ durationMs, measured });
  });
});
