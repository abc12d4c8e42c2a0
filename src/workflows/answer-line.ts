import { incomingCallOf, lineLegLimitMs } from '../domain/lines/incoming-call.ts';
import type { AnsweredLine } from '../domain/lines/line.ts';
import { flowAt } from '../domain/lines/line-hours.ts';
import type { ReceivedMissedCall } from '../domain/lines/missed-call.ts';
import { recordsPrompts } from '../domain/flows/recording-flow.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Call, PersonHash } from '../domain/calls/call.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/wait.ts';
import { LedgerUnavailable, type KnownCaller, type Ledger } from '../db/ledger.ts';
import type { CallRenditions } from './call-renditions.ts';
import type { HeldLease } from './held-lease.ts';
import { LiveCall, type LiveCallDependencies } from './live-call.ts';
import type { LiveCalls } from './live-calls.ts';
import { prepareCall } from './prepare-call.ts';
import type { PreparedCall } from './prepared-call.ts';

/** Somebody calls a line that answers. */
export type LineCallReceived = ReceivedMissedCall & { readonly line: AnsweredLine };

/**
 * - `answered`: a live call has it from here on.
 * - `closed`: nobody is there at this hour, and the line has no word for that.
 * - `full`: nobody can take it now: no channel is free, or the database, the voice or the disk is away.
 * - `own_number`: it comes from one of our own numbers, and would go round in a circle.
 */
export type LineAnswer = 'answered' | 'closed' | 'full' | 'own_number';

export interface AnswerLineDependencies extends LiveCallDependencies {
  ledger: LiveCallDependencies['ledger'] & Pick<Ledger, 'whoCalls'>;
  liveCalls: LiveCalls;
  lease: HeldLease;
  trunks: readonly Trunk[];
  clock: Clock;
  words: BuiltInWords;
  /** Its newest version, or the one that it names; null where there is none. */
  flowNamed: (name: string) => Promise<FlowReference | null>;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  renditionsFor: (codec: Trunk['codec']) => CallRenditions;
  /** A person of their own for each caller who shows no number. */
  strangerOf: (leg: string) => PersonHash;
  /** Whether the Asterisk can carry one more. */
  hasRoom: () => boolean;
}

/** A caller hears it ring for no longer: then they are better called back. */
const longestRingMs = 8_000;

/**
 * Answers whoever calls a line, with the flow of this hour, in the language in which they were spoken to last. All that will be said is on disk before it is
 * answered, as with every call; what is not makes the line a full one for this caller.
 *
 * @param onUnanswered the caller hung up before we answered after all: there is no call
 */
export async function answerLine(
  deps: AnswerLineDependencies,
  received: LineCallReceived,
  onUnanswered: () => void,
): Promise<LineAnswer> {
  const { line, caller, leg } = received;
  if (caller.kind === 'own_number') return 'own_number';
  const flow = flowAt(line, deps.clock.now());
  if (flow === null) return 'closed';
  if (!deps.hasRoom() || !deps.lease.isSafe()) return 'full';
  const stop = new AbortController();
  const ready = makeReady(deps, received, { flow, signal: stop.signal }).catch((error: unknown) => {
    const level = error instanceof LedgerUnavailable ? 'warn' : 'error';
    if (!stop.signal.aborted)
      deps.log[level]({ leg, line: line.number, err: error }, 'a line could not be answered');
    return null;
  });
  const made = await within(deps.clock, longestRingMs, ready);
  if (made === 'timed_out') {
    stop.abort();
    deps.log.error(
      { leg, line: line.number, flow },
      'a line was not answered: its words took too long to make',
    );
    return 'full';
  }
  if (made === null) return 'full';
  await take(deps, { ...made, number: caller.kind === 'person' ? caller.number : null, onUnanswered });
  return 'answered';
}

/** Null where no channel is free on the trunk, or the flow is not one for strangers. */
async function makeReady(
  deps: AnswerLineDependencies,
  received: LineCallReceived,
  { flow: name, signal }: { flow: string; signal: AbortSignal },
): Promise<{ call: Call; prepared: PreparedCall } | null> {
  const { leg } = received;
  const trunk = deps.trunks.find((each) => each.name === received.trunk);
  const person = received.person ?? deps.strangerOf(leg);
  const [known, reference] = await Promise.all([
    deps.ledger.whoCalls({ person, trunk: received.trunk }),
    deps.flowNamed(name),
  ]);
  if (reference === null || trunk === undefined || known.liveOnTrunk >= trunk.channels) return null;
  const flow = await deps.flowOf(reference);
  // what strangers say is never spoken to others
  if (recordsPrompts(flow.definition)) return null;
  const call = incomingCallOf({
    ...{ ...received, person, flow: reference, lease: deps.lease, at: deps.clock.now() },
    ...wordsFor(flow, received.line, known),
  });
  const { words } = deps;
  const renditions = deps.renditionsFor(trunk.codec);
  return { call, prepared: await prepareCall({ renditions, words }, { call, flow, signal }) };
}

/** In which language they are spoken to, and whose names are spoken. */
function wordsFor(
  { definition }: Flow,
  line: AnsweredLine,
  known: KnownCaller,
): Pick<Call, 'language' | 'people'> {
  const wanted = [known.language, line.language].find(
    (language) => language !== null && definition.languages.includes(language),
  );
  const asksWho = definition.steps.some(({ type }) => type === 'person');
  return {
    language: wanted ?? definition.languages[0] ?? '',
    people: asksWho ? known.people : [],
  };
}

async function take(
  deps: AnswerLineDependencies,
  of: { call: Call; prepared: PreparedCall; number: string | null; onUnanswered: () => void },
): Promise<void> {
  const { call, prepared, number, onUnanswered } = of;
  let isGone = true;
  const ifGone = (): void => {
    if (isGone) onUnanswered();
  };
  const live = new LiveCall(deps, {
    call,
    prepared,
    dialled: true,
    caller: { number, onUnanswered: ifGone },
  });
  deps.liveCalls.add(live);
  try {
    const answered = await deps.telephony.answer(live.leg, { absoluteTimeoutMs: lineLegLimitMs });
    if (answered === 'gone') live.post({ type: 'leg_lost' });
  } catch (error) {
    deps.log.warn({ leg: live.leg, err: error }, 'whether a caller was answered is not known');
    // who still waits is dealt with when the connection is back; who was answered is hung up, and is on record as what the network wrote down
    isGone = false;
    live.post({ type: 'leg_lost' });
  }
}
