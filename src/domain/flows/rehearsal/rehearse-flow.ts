import { assert } from '../../../lib/assert.ts';
import { decideOutcome } from '../../calls/decide-outcome.ts';
import type { Outcome } from '../../calls/call.ts';
import type { PartLength } from '../../prompts/part-length.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import { speechByStep } from '../collect-spoken-parts.ts';
import type { Flow } from '../compile-flow.ts';
import { createSession, type SessionStart } from '../create-session.ts';
import { keys, type Key } from '../flow-definition.ts';
import { heardPercent, summarise, type FlowOutcome } from '../flow-outcome.ts';
import type { FlowEnding, FlowSession } from '../flow-session.ts';
import { RehearsedLine, type RehearsedEntry } from './rehearsed-line.ts';

/** A talk that is to be tried without a phone. */
export interface Rehearsal {
  start: SessionStart;
  /**
   * What the person does, one entry for each asking: the keys that they press there, or null for silence. As a handset, they wait until they are
   * asked; keys beyond those that the question takes are kept for what comes, as in a call.
   */
  keys: readonly (string | null)[];
  /** What the person does when `keys` are used up: listens to the end without another key, or hangs up when asked again. */
  afterKeys: 'silence' | 'hang_up';
  /** The longest talk: the line is cut then. */
  longestTalkMs: number;
  lengthOf: (part: SpokenPart) => PartLength;
}

export interface Rehearsed {
  entries: RehearsedEntry[];
  session: FlowSession;
  summary: FlowOutcome;
  ending: RehearsedEnding;
  /** As a call would have it that is not tried again. */
  outcome: Outcome;
  heardPercent: number;
  durationMs: number;
  /** What the person would still have pressed when the talk was over. */
  unusedKeys: (string | null)[];
}

/** `hung_up` by the person, `time_limit` by the gateway; `cut_off` where the rehearsal became longer than anybody reads. */
export type RehearsedEnding = Exclude<FlowEnding, 'machine'> | 'time_limit' | 'cut_off';

const reactionMs = 1_000;
const betweenKeysMs = 400;
/** What is written down of one rehearsal, at most. */
const mostEntries = 5_000;
const mostCharacters = 500_000;

/**
 * Plays a flow to somebody who presses the given keys, with the engine that calls are made with: what would be heard, and what recorded. It
 * always ends: no valid flow goes round without a key, and time and length are bounded besides.
 */
export function rehearseFlow(flow: Flow, rehearsal: Rehearsal): Rehearsed {
  const line = new RehearsedLine(flow, createSession(flow, rehearsal.start), rehearsal.lengthOf);
  const left = [...rehearsal.keys];
  const limit = talkThrough(line, left, rehearsal);
  return rehearsedOn(line, { flow, rehearsal, limit, unusedKeys: left });
}

/** Returns the limit that ended the talk, if one did. */
function talkThrough(
  line: RehearsedLine,
  left: (string | null)[],
  { afterKeys, longestTalkMs }: Rehearsal,
): 'time_limit' | 'cut_off' | null {
  const size = createSize(line);
  while (!line.isOver) {
    const isTooLong = line.nextAt > longestTalkMs;
    if (isTooLong || size.isTooLarge()) {
      if (isTooLong) line.now = Math.max(line.now, longestTalkMs);
      line.hangUp();
      return isTooLong ? 'time_limit' : 'cut_off';
    }
    if (!line.isAsking) line.wait();
    else if (left.length > 0) act(line, left);
    else if (afterKeys === 'silence') line.keepSilent();
    else line.hangUp();
  }
  return null;
}

/** One asking: silence, or keys; those that the end of the talk leaves over stay in `left`. */
function act(line: RehearsedLine, left: (string | null)[]): void {
  const entry = left.shift() ?? null;
  if (entry === null) return line.keepSilent();
  line.hesitate(reactionMs);
  const pressed = Array.from(entry).filter(isKey);
  for (const [index, key] of pressed.entries()) {
    if (index > 0) line.hesitate(betweenKeysMs);
    if (line.isOver) return void left.unshift(pressed.slice(index).join(''));
    line.press(key);
  }
}

function isKey(text: string): text is Key {
  return keys.some((key) => key === text);
}

/** Counts only what has come since it was last asked. */
function createSize(line: RehearsedLine): { isTooLarge: () => boolean } {
  let counted = 0;
  let characters = 0;
  return {
    isTooLarge() {
      for (; counted < line.entries.length; counted += 1) characters += charactersOf(line.entries[counted]);
      return counted > mostEntries || characters > mostCharacters;
    },
  };
}

function charactersOf(entry: RehearsedEntry | undefined): number {
  if (entry?.type !== 'prompt') return 0;
  return entry.parts.reduce((sum, { part }) => sum + ('text' in part ? (part.text?.length ?? 0) : 0), 0);
}

function rehearsedOn(
  line: RehearsedLine,
  {
    flow,
    rehearsal,
    limit,
    unusedKeys,
  }: {
    flow: Flow;
    rehearsal: Rehearsal;
    limit: 'time_limit' | 'cut_off' | null;
    unusedKeys: (string | null)[];
  },
): Rehearsed {
  const { session, entries, now } = line;
  const summary = summarise(flow, session);
  assert(session.ending !== 'machine', 'only persons rehearse');
  const ending = limit ?? session.ending ?? 'failed';
  return {
    entries,
    session,
    summary,
    ending,
    outcome: outcomeOf(summary, ending),
    heardPercent: heardPercent(
      flow,
      session,
      durationsByStep(flow, { ...rehearsal, start: { ...rehearsal.start, language: session.language } }),
    ),
    durationMs: now,
    unusedKeys,
  };
}

/** A person took the phone; so it is decided as of a call whose only attempt was answered. */
function outcomeOf(summary: FlowOutcome, ending: RehearsedEnding): Outcome {
  const verdict = {
    reason: 'answered',
    fault: 'none',
    retryable: false,
    sipCode: null,
    q850Cause: null,
  } as const;
  return decideOutcome({
    completed: summary.completed,
    optedOut: summary.optedOut,
    cancelled: false,
    blocked: false,
    expired: false,
    failed: ending === 'failed',
    attempts: [{ answeredAt: 0, ended: { at: 0, verdict } }],
  });
}

function durationsByStep(flow: Flow, { start, lengthOf }: Rehearsal): Record<string, number> {
  const durations = Object.entries(speechByStep(flow, start)).map(
    ([step, parts]) => [step, parts.reduce((sum, part) => sum + lengthOf(part).durationMs, 0)] as const,
  );
  return Object.fromEntries(durations);
}
