import type { ErasureStore } from '../db/erasure-store.ts';
import type { ForgottenCall, PersonalRendition } from '../db/forget-calls.ts';
import { LedgerUnavailable } from '../db/ledger.ts';
import type { Call } from '../domain/calls/call.ts';
import { countedAnswers } from '../domain/privacy/counted-answers.ts';
import type { FlowDefinition, FlowReference } from '../domain/flows/flow-definition.ts';
import type { ErasureId } from '../domain/ids.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';
import type { SoundStore } from '../recordings/sound-store.ts';
import { cancelCall, type CancelCallDependencies } from './cancel-call.ts';

export interface ErasePersonsDependencies extends CancelCallDependencies {
  erasures: ErasureStore;
  keptSounds: Pick<SoundStore, 'remove'>;
  /** As it is played; null where it is not on record. */
  definitionOf: (flow: FlowReference) => Promise<FlowDefinition | null>;
  personalSounds: PersonalSounds;
}

/** Files of words that were spoken to one person, such as a name. */
export interface PersonalSounds {
  /** @param salt without which nobody tells from the hashes what the words were */
  of(call: Call, salt: string): Promise<PersonalRendition[]>;
  /** @param isNeeded whether somebody else is told the same, which is asked once more when the file has been put aside */
  remove(sound: string, isNeeded: () => Promise<boolean>): Promise<void>;
}

const atOnce = 4;
const callsAtOnce = 25;
/** Longer than most portions take; what a dead process was at is taken up after it, and two that are at one do no harm. */
const leaseMs = 8_000;
/** What is waited for (a leg, a receiver, an Asterisk) is looked at again after this. */
const lookAgainMs = 500;

/**
 * Does what erasures ask for, a portion at a time, by whichever gateway is first; every portion is a transaction, and what is done already is found
 * done. In this order: open calls are ended, their phones too; calls and their events are forgotten; then what is beside calls; then files; then the
 * number goes out of the vault, and the erasure is done.
 *
 * A fault of one erasure keeps no other waiting.
 *
 * @throws LedgerUnavailable at once; other faults when all were looked at, as an AggregateError
 */
export async function erasePersons(deps: ErasePersonsDependencies): Promise<void> {
  const { erasures, clock } = deps;
  for (let taken = atOnce; taken === atOnce;) {
    const given = await erasures.take({ now: clock.now(), leaseMs, limit: atOnce });
    taken = given.length;
    const erased = await Promise.allSettled(given.map((erasure) => erase(deps, erasure)));
    const ready = given.filter((_, index) => {
      const result = erased[index];
      return result?.status === 'fulfilled' && result.value === 'ready';
    });
    const done = new Set(
      await erasures.finish(
        ready.map(({ id }) => id),
        clock.now(),
      ),
    );
    const waiting = given.map(({ id }) => id).filter((id) => !done.has(id));
    if (waiting.length > 0) await erasures.putOff(waiting, clock.now() + lookAgainMs);
    throwFaults(erased);
  }
}

async function erase(deps: ErasePersonsDependencies, erasure: Erasure): Promise<'ready' | 'waiting'> {
  const { erasures, clock } = deps;
  for (const id of await erasures.openCalls(erasure))
    await cancelCall(deps, { id, hangUp: true, waitsForOthers: false, why: 'erased' });
  for (let found = callsAtOnce; found === callsAtOnce;) {
    const calls = await erasures.endedCalls(erasure, callsAtOnce);
    found = calls.length;
    if (found === 0) break;
    const forgotten = await Promise.all(calls.map((call) => whatIsForgotten(deps, call, erasure.id)));
    await erasures.forgetCalls(erasure, forgotten, clock.now());
  }
  await removeSounds(deps, erasure);
  if ((await erasures.openCalls(erasure)).length > 0) return 'waiting';
  if ((await erasures.forgetBesideCalls(erasure, clock.now())) === 'waiting') return 'waiting';
  return 'ready';
}

async function whatIsForgotten(
  { definitionOf, personalSounds }: ErasePersonsDependencies,
  call: Call,
  erasure: ErasureId,
): Promise<ForgottenCall> {
  const countsAnswers = call.campaignId !== null && call.responses.length > 0;
  const definition = countsAnswers ? await definitionOf(call.flow) : null;
  return {
    call,
    answers: countsAnswers ? countedAnswers(call, definition) : [],
    renditions: await personalSounds.of(call, erasure),
  };
}

async function removeSounds(deps: ErasePersonsDependencies, { id }: Erasure): Promise<void> {
  const { erasures, keptSounds, personalSounds, clock } = deps;
  const files = await erasures.files(id);
  for (const name of files.keptSounds) await keptSounds.remove(name);
  if (files.keptSounds.length > 0) await erasures.soundsRemoved(id, files.keptSounds);
  if (files.renditions.length === 0 || clock.now() < files.quietAt) return;
  for (const { sound, words } of files.renditions) {
    const isNeeded = async (): Promise<boolean> => {
      const ofCalls = await erasures.wordsOfOpenCalls(id, words);
      return ofCalls.some((known) => words.every((word) => known.includes(word)));
    };
    await personalSounds.remove(sound, isNeeded);
  }
  const removed = files.renditions.map(({ sound }) => sound);
  await erasures.renditionsRemoved(id, removed);
}

function throwFaults(results: readonly PromiseSettledResult<unknown>[]): void {
  const faults = results.flatMap((result): unknown[] =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  const outage = faults.find((fault) => fault instanceof LedgerUnavailable);
  if (outage !== undefined) throw outage;
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} persons could not be erased`);
}
