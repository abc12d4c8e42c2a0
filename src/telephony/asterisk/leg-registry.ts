import type { AttemptId } from '../../domain/ids.ts';
import type { Clock, Timer } from '../../lib/clock.ts';
import { talkPauseMs, type LegEvent } from '../telephony.ts';
import type { LegInput } from './advance-leg.ts';
import { advanceLeg } from './advance-leg.ts';
import type { SendAriRequest } from './ari-request.ts';
import { createSoundWatch } from './sound-watch.ts';
import type { Leg, LegAction, LegFact } from './leg.ts';

/**
 * All legs that we know of, their timers, and the carrying out of what `advanceLeg` decides. A leg that is forgotten leaves no timer.
 */
export interface LegRegistry {
  get(id: AttemptId): Leg | null;
  ids(): AttemptId[];
  /** Puts a leg under watch; `limits` are those of a dial, absent for a leg that was taken up. */
  add(id: AttemptId, leg: Leg, limits: LegLimits | null): void;
  /** Moves a leg and carries out what follows from it; nothing happens for one that is not known. */
  apply(id: AttemptId, input: LegInput): void;
  forget(id: AttemptId): void;
  /** Forgets all, with their timers. */
  clear(): void;
}

export interface LegLimits {
  setupTimeoutMs: number;
  ringTimeoutMs: number;
}

export interface LegEffects {
  clock: Clock;
  tell(event: LegEvent): void;
  hangUp(id: AttemptId): void;
  stopPlayback(playbackId: string): void;
  endSnoop(id: AttemptId, recordingId: string): void;
  send: SendAriRequest;
}

interface Entry {
  leg: Leg;
  limits: LegLimits | null;
  limit: Timer | null;
  failure: Timer | null;
}

/** StasisEnd follows the failure that a hang-up causes within a millisecond (measured). */
const failureDoubtMs = 250;
/** The end of a recording follows that of its leg within some 10 ms (measured); a busy machine takes longer. */
const recordingDoubtMs = 2_000;

export function createLegRegistry(effects: LegEffects): LegRegistry {
  const { clock } = effects;
  const entries = new Map<AttemptId, Entry>();
  const sound = createSoundWatch(effects, (id, until) => apply(id, { input: 'fell_silent', until }));

  function apply(id: AttemptId, input: LegInput): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    const { leg, actions } = advanceLeg(entry.leg, input);
    entry.leg = leg;
    for (const action of actions) carryOut(id, entry, action);
  }

  function carryOut(id: AttemptId, entry: Entry, action: LegAction): void {
    switch (action.do) {
      case 'tell':
        effects.tell(eventOf(id, clock.now(), action.fact));
        break;
      case 'start_ring_limit':
        startLimit(id, entry, entry.limits?.ringTimeoutMs ?? null);
        break;
      case 'clear_limit':
        startLimit(id, entry, null);
        break;
      case 'hang_up':
        effects.hangUp(id);
        break;
      case 'stop_playback':
        effects.stopPlayback(action.playbackId);
        break;
      case 'await_failure':
        awaitFailure(id, entry, action.promptId);
        break;
      case 'watch_sound':
        sound.watch(id);
        break;
      case 'unwatch_sound':
        sound.unwatch(id);
        break;
      case 'end_snoop':
        effects.endSnoop(id, action.recordingId);
        break;
      case 'await_recordings':
        entry.limit?.cancel();
        entry.limit = clock.setTimer(recordingDoubtMs, () => apply(id, { input: 'recordings_overdue' }));
        break;
      case 'forget':
        forget(id);
        break;
    }
  }

  function awaitFailure(id: AttemptId, entry: Entry, promptId: string): void {
    entry.failure?.cancel();
    entry.failure = clock.setTimer(failureDoubtMs, () => apply(id, { input: 'failure_confirmed', promptId }));
  }

  function startLimit(id: AttemptId, entry: Entry, limitMs: number | null): void {
    entry.limit?.cancel();
    entry.limit =
      limitMs === null ? null : clock.setTimer(limitMs, () => apply(id, { input: 'limit_reached' }));
  }

  function forget(id: AttemptId): void {
    const entry = entries.get(id);
    entry?.limit?.cancel();
    entry?.failure?.cancel();
    sound.unwatch(id);
    entries.delete(id);
  }

  return {
    get: (id) => entries.get(id)?.leg ?? null,
    ids: () => [...entries.keys()],
    add(id, leg, limits) {
      forget(id);
      const entry: Entry = { leg, limits, limit: null, failure: null };
      entries.set(id, entry);
      startLimit(id, entry, limits?.setupTimeoutMs ?? null);
    },
    apply,
    forget,
    clear: () => [...entries.keys()].forEach(forget),
  };
}

function eventOf(leg: AttemptId, at: number, fact: LegFact): LegEvent {
  if (fact.type === 'talking_ended') return { ...fact, leg, at, until: fact.until ?? at - talkPauseMs };
  return { ...fact, leg, at };
}
