import { assert, unreachable } from '../../src/lib/assert.ts';
import { speechByStep } from '../../src/domain/flows/collect-spoken-parts.ts';
import { compileFlow, type Flow } from '../../src/domain/flows/compile-flow.ts';
import { createSession, type SessionStart } from '../../src/domain/flows/create-session.ts';
import { keys, type FlowDefinition, type Key } from '../../src/domain/flows/flow-definition.ts';
import { heardPercent, summarise, type FlowOutcome } from '../../src/domain/flows/flow-outcome.ts';
import type { FlowFact, FlowScore, FlowValue, SessionResponse } from '../../src/domain/flows/flow-session.ts';
import type { TransferResult } from '../../src/domain/flows/transfer.ts';
import { responsesOnRequest } from '../../src/domain/flows/responses-on-request.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import { parseDurationMs } from '../../src/lib/duration.ts';
import type { ComingTransfer } from './coming-transfers.ts';
import { FlowLine, soundMs, type ComingReply } from './flow-line.ts';

/**
 * A story of one talk.
 *
 * Inputs, in order:
 * - `"1"`, `"20#"`: when the person is next waited for, these keys, half a second apart;
 * - `"silence"`: the person is waited for and presses nothing;
 * - `"hang_up"`: hangs up when next waited for, `"crash"`: then the program dies and is started again;
 * - `{ "speak": "PT4S" }`: when something is recorded, speaks so long and then is silent, or does what else the input says: `"press"`,
 *   `"hang_up"`, `"crash"` (while speaking), `"go_on"` (nothing: the next input follows at once); `"too_loud"`: more than the line carries;
 * - `"machine"`: when a person would be waited for, what is heard is taken for an answering machine;
 * - `{ "during": "welcome", "press": "1" }`: in the middle of the next prompt of that step; also with `"hang_up": true`, `"crash": true` or
 *   `"machine": true`.
 * - `{ "talk": "PT5S", "hang_up": true }`: so long after they were joined to somebody; also with `"press": "1"` or `"crash": true`.
 * After the last input the person only listens.
 */
export interface Scenario {
  title: string;
  /** A flow, or the name of a file in `flows/`. */
  flow: string | FlowDefinition;
  /** Flows that it plays, by the names that it gives them; each in turn a file in `flows/`. */
  plays?: Record<string, string>;
  call?: {
    language?: string;
    variables?: Record<string, FlowValue>;
    responses?: Record<string, string>;
    start_at?: string;
    resume_at?: string;
    people?: { id: string; name: string; responses?: Record<string, string>; resume_at?: string }[];
  };
  inputs: ScenarioInput[];
  /** What other systems answer, in order; when nothing is left here, nobody answers. */
  lookups?: { takes: string; reply?: unknown; fails?: string }[];
  /** What becomes of transfers, in order, counted from the beginning of each; when nothing is left here, they fail at once. */
  transfers?: { joins?: string; ends: string; result: TransferResult }[];
  /** To whom the person was to be joined. */
  wanted?: string[];
  /** What other systems were asked: `GET https://…`, then the body. */
  asked?: string[];
  /** One line a prompt, as far as it is text; «…» at its end where it was cut short. */
  heard: string[];
  /** Facts in order, as `factLine` writes them; left out where the story is not about them. */
  reported?: string[];
  /** Answers that the call has at its end. */
  recorded: Record<string, string>;
  outcome: Partial<Omit<FlowOutcome, 'people'>> & {
    /** Of a shared phone: what each of its people has answered and where they would go on. */
    people?: Partial<PlayedPerson>[];
    ending: string;
    heard_percent?: number;
    language?: string;
    variables?: Record<string, FlowValue>;
  };
}

export type ScenarioInput =
  | string
  | { during: string; press?: string; hang_up?: boolean; crash?: boolean; machine?: boolean }
  | { talk: string; press?: string; hang_up?: boolean; crash?: boolean }
  | {
      speak: string;
      too_loud?: boolean;
      press?: string;
      hang_up?: boolean;
      crash?: boolean;
      go_on?: boolean;
    };

export type Played = Required<Pick<Scenario, 'heard' | 'reported' | 'recorded' | 'asked' | 'wanted'>> & {
  outcome: Omit<FlowOutcome, 'people'> & {
    people: PlayedPerson[];
    ending: string;
    heard_percent: number;
    language: string;
    variables: Record<string, FlowValue>;
  };
};

interface PlayedPerson {
  id: string;
  recorded: Record<string, string>;
  resumeAt: string | null;
  completed: boolean;
  score: FlowScore | null;
}

const betweenKeysMs = 500;

export function playScenario(scenario: Scenario, definition: FlowDefinition, words: BuiltInWords): Played {
  const flow = compileFlow(definition, words);
  const start = startOf(scenario, definition);
  const line = new FlowLine(flow, createSession(flow, start), {
    replies: repliesOf(scenario),
    transfers: transfersOf(scenario),
  });
  line.start();
  for (const input of scenario.inputs) {
    assert(!line.isOver, `the call is over before ${JSON.stringify(input)}`);
    if (typeof input === 'string') act(line, input);
    else if ('speak' in input) actSpeaking(line, input);
    else if ('talk' in input) actTalking(line, input);
    else actDuring(line, input);
  }
  while (!line.isOver) line.wait();
  return playedOn(line, { flow, start });
}

/** A fact as the stories tell it. */
export function factLine(fact: FlowFact): string {
  switch (fact.type) {
    case 'step_entered':
      return `at ${fact.step}`;
    case 'key_pressed':
      return `key ${fact.key} ${fact.use}`;
    case 'response_recorded':
      return `response ${fact.question} = ${fact.response.value}${fact.person === null ? '' : ` of ${fact.person}`}`;
    case 'no_input':
    case 'invalid_input':
      return `${fact.type} ${fact.step} ${fact.attempt}`;
    case 'given_up':
      return `given_up ${fact.question}`;
    case 'recording_started':
      return `recording ${fact.step}`;
    case 'voice_message_recorded':
      return `voice_message ${fact.question} = ${fact.message.voiceMessage}, ${fact.message.durationMs} ms`;
    case 'voice_message_discarded':
      return `discarded ${fact.message.voiceMessage}`;
    case 'looked_up':
      return `looked_up ${fact.step}: ${fact.problem ?? 'found'}`;
    case 'transfer_begun':
      return `transfer ${fact.step}`;
    case 'transfer_joined':
      return `joined ${fact.step}`;
    case 'transfer_ended': {
      const { step, result, waitedMs, talkedMs } = fact.ending;
      return `transfer ${step} ${result}: waited ${waitedMs} ms, talked ${talkedMs} ms`;
    }
    case 'opted_out':
      return 'opted_out';
    case 'flow_ended':
      return `flow_ended ${fact.ending}`;
    default:
      return unreachable(fact);
  }
}

function repliesOf({ lookups = [] }: Scenario): ComingReply[] {
  return lookups.map(({ takes, reply, fails }) => ({
    afterMs: parseDurationMs(takes) ?? 0,
    result: fails === undefined ? { result: 'replied', reply } : { result: 'failed', problem: fails },
  }));
}

function transfersOf({ transfers = [] }: Scenario): ComingTransfer[] {
  return transfers.map(({ joins, ends, result }) => ({
    joinsAfterMs: joins === undefined ? null : parseDurationMs(joins),
    endsAfterMs: parseDurationMs(ends) ?? 0,
    result,
  }));
}

function actTalking(line: FlowLine, input: Extract<ScenarioInput, { talk: string }>): void {
  while (!line.transfers.isJoined) {
    assert(!line.isOver, 'the person is joined to somebody');
    line.wait();
  }
  line.now += parseDurationMs(input.talk) ?? 0;
  if (input.press !== undefined) press(line, input.press);
  if (input.hang_up === true) line.hangUp();
  if (input.crash === true) line.crash();
}

function actSpeaking(line: FlowLine, input: Extract<ScenarioInput, { speak: string }>): void {
  while (!line.isRecording) {
    assert(!line.isOver, 'something is recorded');
    line.wait();
  }
  line.speak(parseDurationMs(input.speak) ?? 0, input.too_loud === true);
  if (input.press !== undefined) press(line, input.press);
  else if (input.hang_up === true) line.hangUp();
  else if (input.crash === true) line.crash();
  else if (input.go_on !== true) line.wait();
}

function act(line: FlowLine, input: string): void {
  while ((line.isSpeaking || line.isLookingUp || line.transfers.isRunning) && !line.isOver) line.wait();
  assert(!line.isOver, `the call is over before «${input}»`);
  if (input === 'silence') line.wait();
  else if (input === 'hang_up') line.hangUp();
  else if (input === 'crash') line.crash();
  else if (input === 'machine') line.hearMachine();
  else press(line, input);
}

function actDuring(line: FlowLine, input: Extract<ScenarioInput, { during: string }>): void {
  while (line.speakingStep !== input.during) {
    assert(!line.isOver, `«${input.during}» is spoken`);
    line.wait();
  }
  line.waitHalfway();
  if (input.press !== undefined) press(line, input.press);
  if (input.hang_up === true) line.hangUp();
  if (input.crash === true) line.crash();
  if (input.machine === true) line.hearMachine();
}

function press(line: FlowLine, pressed: string): void {
  for (const [index, key] of Array.from(pressed).entries()) {
    if (index > 0) line.pass(betweenKeysMs);
    assert(isKey(key), `«${key}» is a key`);
    line.press(key);
  }
}

function isKey(text: string): text is Key {
  return keys.some((key) => key === text);
}

export function startOf({ call = {} }: Scenario, definition: FlowDefinition): SessionStart {
  const people = (call.people ?? []).map(({ id, name, responses = {}, resume_at: resumeAt = null }) => ({
    ...{ id, name, resumeAt, responses: responsesOnRequest(definition, responses) },
    ...{ variables: {}, completed: false, score: null },
  }));
  return {
    language: call.language ?? definition.languages[0] ?? 'en',
    variables: call.variables ?? {},
    responses: responsesOnRequest(definition, call.responses ?? {}),
    people,
    startAt: call.start_at ?? null,
    resumeAt: call.resume_at ?? null,
    welcomeBack: call.resume_at !== undefined,
  };
}

function valuesOf(responses: Readonly<Record<string, SessionResponse>>): Record<string, string> {
  const values = Object.entries(responses).map(([question, { value }]) => [question, value] as const);
  return Object.fromEntries(values);
}

function playedOn(line: FlowLine, { flow, start }: { flow: Flow; start: SessionStart }): Played {
  const { session } = line;
  const durations = Object.entries(speechByStep(flow, { ...start, language: session.language })).map(
    ([step, parts]) => [step, parts.reduce((sum, part) => sum + soundMs(part), 0)] as const,
  );
  const outcome = summarise(flow, session);
  return {
    heard: line.heard,
    reported: line.facts.map(factLine),
    asked: line.lookups.map(({ method, url, body }) =>
      [method, url, ...(body === null ? [] : [body])].join(' '),
    ),
    wanted: line.transfers.asked,
    recorded: valuesOf(session.responses),
    outcome: {
      ...outcome,
      people: outcome.people.map(({ id, responses, resumeAt, completed, score }) => ({
        ...{ id, recorded: valuesOf(responses), resumeAt, completed, score },
      })),
      ending: session.ending ?? 'none',
      heard_percent: heardPercent(flow, session, Object.fromEntries(durations)),
      language: session.language,
      variables: session.variables,
    },
  };
}
