import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFlow, type Flow } from '../../../src/domain/flows/compile-flow.ts';
import { createSession, type SessionStart } from '../../../src/domain/flows/create-session.ts';
import { isQuestion, keys, type Key } from '../../../src/domain/flows/flow-definition.ts';
import { advance } from '../../../src/domain/flows/flow-engine.ts';
import { heardPercent, summarise } from '../../../src/domain/flows/flow-outcome.ts';
import type { EngineInput, FlowSession } from '../../../src/domain/flows/flow-session.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { FlowLine } from '../../support/flow-line.ts';
import { anyFlow, anyReplies, anyTransfers } from '../../support/any-flow.ts';
import { plainStart } from '../../support/plain-start.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const library = libraryOf(words);

function compiled(definition: unknown): Flow {
  const validated = validateFlow(definition, library);
  if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
  return compileFlow(validated.flow, words);
}

const start = plainStart;

const asking: unknown = {
  title: 'One question',
  languages: ['en'],
  steps: [
    { id: 'hello', type: 'message', say: { text: { en: 'Hello.' } } },
    { id: 'q1', type: 'choice', say: { text: { en: 'One?' } }, options: { '1': { value: 'a' } } },
  ],
};

/** Feeds inputs one second apart. */
function fed(
  flow: Flow,
  inputs: (EngineInput extends infer I ? (I extends EngineInput ? Omit<I, 'at'> : never) : never)[],
) {
  let session: FlowSession = createSession(flow, start);
  return inputs.map((input, index) => {
    const step = advance(flow, session, { ...input, at: 1000 * index });
    session = step.session;
    return step;
  });
}

describe('what sounds like a machine', () => {
  const notice = {
    title: 'A notice',
    languages: ['en'],
    steps: [{ id: 'hello', type: 'message', say: { text: { en: 'Hello.' } } }],
  };
  const over = [{ type: 'started' }, { type: 'prompt_ended', promptId: 'prompt-1' }] as const;

  it('ends the talk as one with a machine, also where the flow had come to its end', () => {
    const last = fed(compiled(notice), [...over, { type: 'machine_detected' }]).at(-1);
    expect(last?.session).toMatchObject({ ending: 'machine', phase: { phase: 'ended' }, human: false });
    expect(last?.commands).toEqual([
      { type: 'report', fact: { type: 'flow_ended', ending: 'machine' } },
      { type: 'hang_up' },
    ]);
  });

  it.each([
    ['a key was pressed', 'flow_ended', [...over, { type: 'key', key: '5' }]],
    ['the phone has hung up', 'hung_up', [{ type: 'started' }, { type: 'hung_up' }]],
  ] as const)('changes nothing where %s', (_what, ending, before) => {
    const last = fed(compiled(notice), [...before, { type: 'machine_detected' }]).at(-1);
    expect(last?.session.ending).toBe(ending);
    expect(last).toMatchObject({ commands: [], ignored: expect.any(String) as string });
  });

  it('is ended once, and its line is hung up again after a crash', () => {
    const [, , again, resumed] = fed(compiled(asking), [
      { type: 'started' },
      { type: 'machine_detected' },
      { type: 'key', key: '1' },
      { type: 'resumed' },
    ]);
    expect(again?.session.responses).toEqual({});
    expect(resumed?.commands).toEqual([{ type: 'hang_up' }]);
    expect(resumed?.session.ending).toBe('machine');
  });
});

describe('the engine', () => {
  it('speaks, waits for the key within the limit, and keeps the line busy meanwhile', () => {
    const steps = fed(compiled(asking), [
      { type: 'started' },
      { type: 'prompt_ended', promptId: 'prompt-1' },
      { type: 'prompt_ended', promptId: 'prompt-2' },
    ]);
    const text = (words: string) => [{ kind: 'text', language: 'en', text: words }];
    expect(steps.map((step) => step.commands.filter((command) => command.type !== 'report'))).toEqual([
      [{ type: 'say', promptId: 'prompt-1', step: 'hello', parts: text('Hello.'), silenceMs: 0 }],
      [{ type: 'say', promptId: 'prompt-2', step: 'q1', parts: text('One?'), silenceMs: 8000 }],
      [{ type: 'wait_for_key', timerId: 'timer-1', limitMs: 6000 }],
    ]);
  });

  it('reports the answer before it stops the prompt and goes on', () => {
    const steps = fed(compiled(asking), [
      { type: 'started' },
      { type: 'prompt_ended', promptId: 'prompt-1' },
      { type: 'key', key: '1' },
    ]);
    expect(steps[2]?.commands).toEqual([
      { type: 'report', fact: { type: 'key_pressed', step: 'q1', key: '1', use: 'taken' } },
      {
        type: 'report',
        fact: {
          type: 'response_recorded',
          question: 'q1',
          person: null,
          response: { value: 'a', key: '1', givenOn: 'call', at: 2000, correct: null },
        },
      },
      { type: 'stop', promptId: 'prompt-2' },
      { type: 'report', fact: { type: 'flow_ended', ending: 'flow_ended' } },
      { type: 'hang_up' },
    ]);
  });

  it.each<
    [
      string,
      (
        | Omit<EngineInput & { type: 'prompt_ended' }, 'at'>
        | Omit<EngineInput & { type: 'timeout' }, 'at'>
        | { type: 'started' }
      ),
      string,
    ]
  >([
    [
      'an old prompt',
      { type: 'prompt_ended', promptId: 'prompt-0' },
      '«prompt-0» is not the prompt that is being spoken',
    ],
    ['an old limit', { type: 'timeout', timerId: 'timer-1' }, '«timer-1» is not the limit that runs'],
    ['a second start', { type: 'started' }, 'the talk has started already'],
  ])('ignores %s, with a reason, and changes nothing', (_, input, reason) => {
    const [before, after] = fed(compiled(asking), [{ type: 'started' }, input]);
    expect(after).toEqual({ session: before?.session, commands: [], ignored: reason });
  });

  it('ignores a hang-up that comes after the flow has ended', () => {
    const steps = fed(compiled(asking), [
      { type: 'started' },
      { type: 'prompt_ended', promptId: 'prompt-1' },
      { type: 'key', key: '1' },
      { type: 'hung_up' },
    ]);
    expect(steps[3]).toMatchObject({ commands: [], ignored: 'the flow has ended' });
  });

  it('asks again for the hang-up when it is resumed after the end', () => {
    const steps = fed(compiled(asking), [
      { type: 'started' },
      { type: 'prompt_ended', promptId: 'prompt-1' },
      { type: 'key', key: '1' },
      { type: 'resumed' },
    ]);
    expect(steps[3]?.commands).toEqual([{ type: 'hang_up' }]);
  });

  it('begins when it is resumed before it was started', () => {
    expect(fed(compiled(asking), [{ type: 'resumed' }])[0]?.commands).toContainEqual(
      expect.objectContaining({ type: 'say', step: 'hello' }),
    );
  });

  it('passes 499 silent steps in one turn', () => {
    const sets = Array.from({ length: 499 }, (_, index) => ({
      id: `s${index}`,
      type: 'set',
      variable: 'n',
      value: index === 0 ? '1' : 'n + 1',
    }));
    const flow = compiled({
      title: 'Long',
      languages: ['en'],
      steps: [...sets, { id: 'end-of-it', type: 'message', say: [{ number: '{{n}}' }] }],
    });
    const [step] = fed(flow, [{ type: 'started' }]);
    expect(step?.session.variables).toEqual({ n: 499 });
    expect(step?.session.step).toBe('end-of-it');
  });

  it('keeps the language, the variables and the names of JavaScript apart', () => {
    const definition = {
      title: 'Names',
      languages: ['en'],
      steps: [
        { id: 'constructor', type: 'branch', on: 'toString', cases: { valueOf: 'end' } },
        { id: 'b', type: 'message', say: { text: { en: 'B {{hasOwnProperty}}' } } },
      ],
    };
    const [step] = fed(compiled(definition), [{ type: 'started' }]);
    expect(step?.commands).toContainEqual(
      expect.objectContaining({ type: 'say', parts: [{ kind: 'text', language: 'en', text: 'B' }] }),
    );
  });
});

describe('any flow with any person', () => {
  type Move =
    | { type: 'wait' }
    | { type: 'press'; key: Key }
    | { type: 'half' }
    | { type: 'speak'; durationMs: number }
    | { type: 'crash' }
    | { type: 'hang_up' }
    | { type: 'stale'; input: 'prompt' | 'timer' };
  const anyMove: fc.Arbitrary<Move> = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Move>({ type: 'wait' }) },
    { weight: 6, arbitrary: fc.constantFrom(...keys).map((key): Move => ({ type: 'press', key })) },
    { weight: 3, arbitrary: fc.constant<Move>({ type: 'half' }) },
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: 0, max: 6_000 })
        .map((durationMs): Move => ({ type: 'speak', durationMs })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Move>(
        { type: 'crash' },
        { type: 'stale', input: 'prompt' },
        { type: 'stale', input: 'timer' },
      ),
    },
    { weight: 1, arbitrary: fc.constant<Move>({ type: 'hang_up' }) },
  );

  function move(line: FlowLine, { type, ...rest }: Move): void {
    if (type === 'wait') line.wait();
    if (type === 'press') line.press((rest as { key: Key }).key);
    if (type === 'half' && line.isSpeaking) line.waitHalfway();
    if (type === 'speak' && line.isRecording) line.speak((rest as { durationMs: number }).durationMs);
    if (type === 'crash') line.crash();
    if (type === 'hang_up') line.hangUp();
    if (type === 'stale') checkStale(line);
  }

  function checkStale(line: FlowLine): void {
    const before = JSON.stringify(line.session);
    line.feed({ type: 'prompt_ended', at: line.now, promptId: 'prompt-999999' });
    line.feed({ type: 'timeout', at: line.now, timerId: 'timer-999999' });
    const recordingId = 'recording-999999';
    line.feed({ type: 'recording_ended', at: line.now, recordingId, message: null });
    line.feed({ type: 'recording_failed', at: line.now, recordingId });
    const result = { result: 'replied' as const, reply: { value: 1 } };
    line.feed({ type: 'lookup_result', at: line.now, lookupId: 'lookup-999999', result });
    const stale = { at: line.now, transferId: 'transfer-999999' };
    line.feed({ type: 'transfer_joined', ...stale });
    line.feed({ type: 'transfer_ended', ...stale, result: 'talked' });
    expect(JSON.stringify(line.session)).toBe(before);
  }

  it('keeps every promise of the line, ends by itself, and can be told in figures', () => {
    let valid = 0;
    fc.assert(
      fc.property(
        anyFlow,
        fc.array(anyMove, { maxLength: 60 }),
        fc.tuple(anyReplies, anyTransfers),
        fc.boolean(),
        (definition, moves, [replies, transfers], welcomeBack) => {
          const validated = validateFlow(definition, library);
          if (validated.result === 'invalid') return;
          valid += 1;
          const flow = compileFlow(validated.flow, words);
          const session = createSession(flow, { ...start, ...anyCall(flow), welcomeBack });
          const line = new FlowLine(flow, session, { replies, transfers });
          line.start();
          for (const each of moves) if (!line.isOver) move(line, each);
          while (!line.isOver) line.wait();
          expectSensible(flow, line.session);
        },
      ),
      { numRuns: 1500 },
    );
    // The generator is useless if nearly all of its flows are refused.
    expect(valid).toBeGreaterThan(300);
  }, 30_000);

  /** Two people where the flow asks who is there; one of them has been spoken to. */
  function anyCall(flow: Flow): Partial<SessionStart> {
    const [first = 's0', ...others] = flow.steps.keys();
    const unknown = { variables: {}, responses: {}, completed: false, score: null };
    const people = [
      { ...unknown, id: 'p1', name: 'Asha', resumeAt: null },
      { ...unknown, id: 'p2', name: 'Ravi', resumeAt: others.at(-1) ?? first },
    ];
    const variables = { name: 'Asha', x: 12 };
    return flow.personStep === null ? { variables } : { variables, people, startAt: others[0] ?? null };
  }

  function expectSensible(flow: Flow, session: FlowSession): void {
    const outcome = summarise(flow, session);
    expect(session.ending).not.toBe('failed');
    expect(outcome.completed).toBe(outcome.resumeAt === null);
    if (outcome.resumeAt !== null) expect(flow.steps.has(outcome.resumeAt)).toBe(true);
    const percent = heardPercent(
      flow,
      session,
      Object.fromEntries([...flow.steps.keys()].map((id) => [id, 1000])),
    );
    expect(Number.isInteger(percent) && percent >= 0 && percent <= 100).toBe(true);
    if (flow.personStep !== null) return;
    for (const step of session.givenUp.map((id) => flow.steps.get(id)))
      if (step && isQuestion(step) && !(step.id in session.responses)) expect(outcome.completed).toBe(false);
  }
});
