import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import { liveAttempt } from '../../src/domain/calls/call-moves.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import { neverDialled } from '../../src/domain/campaigns/pilot-place.ts';
import type { Campaign } from '../../src/domain/campaigns/campaign.ts';
import type { CallId, CampaignId } from '../../src/domain/ids.ts';
import type { CallWitness } from './call-witness.ts';
import type { KeptMove } from './world-database.ts';

interface WatchedPilot {
  size: number;
  /** Whose phones an INVITE was sent to. */
  invited: Set<CallId>;
  /** Since when all its calls were dialled, and none of them waits for its phone to ring; Infinity while that is not so. */
  doneFrom: number;
  pausedAt: number | null;
  isReleased: boolean;
}

/** From the last ring of a pilot to its pause, where the gateway was able to: it looks every second, and its database may be slow or cut off. */
const longestToPauseMs = 60_000;

/**
 * Watches campaigns that begin with a pilot. Before they are released:
 *
 * - no more people are dialled than the pilot has, whatever is given back, refused, tried again or died of;
 * - they pause by themselves when so many were dialled, soon and not before, and nobody new is dialled from then on;
 *
 * and afterwards nothing of them is lost: every call is dialled or was ended for a reason, and they end once, when the last call has.
 */
export class PilotWitness {
  readonly #calls: CallWitness;
  readonly #now: () => number;
  readonly #report: (violation: string) => void;
  readonly #pilots = new Map<string, WatchedPilot>();
  #ableFrom = Infinity;

  constructor(calls: CallWitness, world: { now: () => number; report: (violation: string) => void }) {
    this.#calls = calls;
    this.#now = world.now;
    this.#report = world.report;
  }

  /** Pilots that paused by themselves. */
  get pauses(): number {
    return [...this.#pilots.values()].filter(({ pausedAt }) => pausedAt !== null).length;
  }

  /** Whether one of the campaigns of a world has not come to its pause yet: its pilot may begin, or be over, at any time. */
  isToCome(campaigns: number): boolean {
    const paused = [...this.#pilots.values()].filter((pilot) => pilot.pausedAt !== null || pilot.isReleased);
    return paused.length < campaigns;
  }

  /** Whether one is over, and waits for its pause. */
  get isDone(): boolean {
    return [...this.#pilots.values()].some(
      ({ doneFrom, pausedAt, isReleased }) => doneFrom < Infinity && pausedAt === null && !isReleased,
    );
  }

  /** Whether a process lives that has its database. */
  setAble(able: boolean): void {
    this.#ableFrom = able ? Math.min(this.#ableFrom, this.#now()) : Infinity;
  }

  /** Before the request to start it leaves. */
  starting(id: CampaignId, size: number): void {
    const none = { invited: new Set<CallId>(), doneFrom: Infinity, pausedAt: null, isReleased: false };
    this.#pilots.set(id, { ...none, size });
  }

  /** Before the request to resume it leaves. */
  releasing(id: CampaignId): void {
    const pilot = this.#pilots.get(id);
    if (pilot) pilot.isReleased = true;
  }

  invited(call: Call | null): void {
    const pilot = this.#pilots.get(call?.campaignId ?? '');
    if (!call || !pilot || pilot.invited.has(call.id)) return;
    pilot.invited.add(call.id);
    if (pilot.isReleased) return;
    if (pilot.invited.size > pilot.size)
      this.#report(`${call.id} is number ${pilot.invited.size} of a pilot of ${pilot.size}`);
    if (pilot.pausedAt !== null) this.#report(`${call.id} is dialled after its campaign paused`);
  }

  kept({ call }: KeptMove): void {
    const pilot = this.#pilots.get(call.campaignId ?? '');
    if (!pilot || pilot.isReleased || pilot.pausedAt !== null) return;
    const calls = this.#callsIn(call.campaignId);
    const isDone = calls.filter(isDialled).length >= pilot.size && !calls.some(isDialling);
    pilot.doneFrom = isDone ? Math.min(pilot.doneFrom, this.#now()) : Infinity;
  }

  /** The campaign as somebody sees it who looks now. */
  seen({ id, state }: Campaign): void {
    const pilot = this.#pilots.get(id);
    if (!pilot || pilot.isReleased || pilot.pausedAt !== null) return;
    const lateMs = this.#now() - Math.max(pilot.doneFrom, this.#ableFrom);
    if (lateMs > longestToPauseMs) this.#report(`${id} runs on for ${lateMs} ms after its pilot`);
    if (state.status !== 'paused') return;
    pilot.pausedAt = this.#now();
    const dialled = this.#callsIn(id).filter(isDialled).length;
    if (dialled !== pilot.size || state.reason !== 'pilot_done')
      this.#report(`${id} pauses (${state.reason}) after ${dialled} calls of a pilot of ${pilot.size}`);
  }

  hasOpenCalls(id: CampaignId): boolean {
    return this.#callsIn(id).some(({ state }) => state.status !== 'ended');
  }

  /** When all is over. */
  checkEnd(events: readonly StoredEvent[]): void {
    for (const [id, pilot] of this.#pilots) {
      const told = events.filter(({ body, type }) => type.startsWith('campaign.') && body.includes(id));
      const types = told.map(({ type }) => type.replace('campaign.', '')).join(' ');
      if (!/^started( paused( started)?)? ended$/.test(types)) this.#report(`${id} was reported as ${types}`);
      if (pilot.pausedAt !== null && told.length === 2) this.#report(`nobody was told that ${id} paused`);
      for (const call of this.#callsIn(id)) this.#checkCall(call);
    }
  }

  /** Nobody's time is over in these worlds: who was never dialled was not to be, or could not be. */
  #checkCall({ id, state, attempts }: Call): void {
    if (state.status !== 'ended') this.#report(`${id} is open, and its campaign has ended`);
    else if (attempts.length === 0 && state.outcome === 'expired') this.#report(`${id} was forgotten`);
  }

  #callsIn(id: string | null): Call[] {
    return [...this.#calls.calls.values()].filter(({ campaignId }) => campaignId === id);
  }
}

/** Has a place of the pilot, or its attempt could still give it back. */
function isDialled(call: Call): boolean {
  return !neverDialled(call);
}

function isDialling(call: Call): boolean {
  const attempt = liveAttempt(call);
  return attempt !== null && attempt.ringingAt === null && attempt.answeredAt === null;
}
