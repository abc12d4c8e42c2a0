import type { EndedTransfer } from '../domain/calls/ended-transfer.ts';
import type { EngineInput, FlowSession } from '../domain/flows/flow-session.ts';
import { transferWanted } from '../domain/flows/steps/transfer-step.ts';
import type { TransferEnding, TransferTarget, TransferTo } from '../domain/flows/transfer.ts';
import { parsePhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { wait } from '../lib/wait.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import { TelephonyUnavailable } from '../telephony/telephony.ts';
import { endTransfer } from './end-transfer.ts';
import type { KeptCall } from './kept-call.ts';
import type { FoundLeg, JoinableTransfer, KeptLeg, TransferMessage } from './joinable-transfer.ts';
import { LiveHunt, type LiveHuntDependencies } from './live-hunt.ts';
import { LiveTransfer } from './live-transfer.ts';
import { soundsOf, type PreparedCall } from './prepared-call.ts';
import type { TransferCommand } from './talk.ts';
import type { ListedLegs } from './transfer-legs.ts';

export interface TalkTransfersDependencies extends LiveHuntDependencies {
  ledger: LiveHuntDependencies['ledger'] & Pick<Ledger, 'lastTransfer'>;
}

interface Wanted extends TransferTarget {
  transferId: string;
  until: number;
}

interface TransferringTalk {
  kept: KeptCall;
  prepared: PreparedCall;
  post: (message: TransferMessage) => void;
  /** Gives the engine an input, which acts on it at once, and resolves when what it came to is on record. */
  feed: (input: EngineInput) => Promise<void>;
  session: () => FlowSession | null;
}

/** The transfers of one talk, one after the other: the engine wants them, here they are begun, found again and ended. */
export class TalkTransfers {
  readonly #deps: TalkTransfersDependencies;
  readonly #kept: KeptCall;
  readonly #prepared: PreparedCall;
  readonly #talk: TransferringTalk;
  #wanted: Wanted | null = null;
  #live: JoinableTransfer | null = null;
  /** What was on record when a transfer was taken up. */
  #found: (KeptLeg & { transferId: string }) | null = null;
  /** The last one that was wanted no more before anybody was called. */
  #dropped: string | null = null;

  constructor(deps: TalkTransfersDependencies, talk: TransferringTalk) {
    this.#deps = deps;
    this.#kept = talk.kept;
    this.#prepared = talk.prepared;
    this.#talk = talk;
  }

  /** The engine wants it; nobody is called before that is on record. */
  want(command: TransferCommand): void {
    this.#wanted = { ...command, until: this.#deps.clock.now() + command.maxWaitMs };
  }

  /** What is wanted is on record; or the call is not ours any more, and whoever has it calls them. */
  call(): void {
    const wanted = this.#wanted;
    if (wanted === null) return;
    this.#wanted = null;
    // nobody's phone rings for who is about to be hung up
    if (!this.#kept.isLive || this.#kept.endRequested) return;
    this.#live = this.#create(wanted);
    this.#live.call();
  }

  /** The person wants it no more. */
  end(transferId: string): void {
    if (this.#wanted?.transferId === transferId) [this.#wanted, this.#dropped] = [null, transferId];
    if (this.#live?.transferId === transferId) this.#live.end();
  }

  /** They hear each other while that is still being kept. Who was joined is parted first: nothing could be said to them else. */
  async handle(message: TransferMessage): Promise<void> {
    const { feed } = this.#talk;
    if (message.type === 'transfer_over') {
      if (this.#isJoined && !(await this.#part())) return;
      return feed({ ...message, type: 'transfer_ended' });
    }
    const kept = feed({ ...message, type: 'transfer_joined' });
    if (this.#isJoined) await this.#live?.join();
    await kept;
  }

  /** Until the other one is gone, also where that is not on record yet. */
  get hasCompany(): boolean {
    return this.#isJoined && this.#live?.isOver !== true;
  }

  get #isJoined(): boolean {
    return this.#talk.session()?.phase.phase === 'joined';
  }

  /** Whether the person may be spoken to again; else that is settled when the connection is back and the talk is taken up. */
  async #part(): Promise<boolean> {
    for (let tries = 0; tries < mostPartings; tries += 1) {
      try {
        await this.#deps.telephony.part(this.#kept.leg);
        return true;
      } catch (error) {
        if (!(error instanceof TelephonyUnavailable)) throw error;
        if (this.#deps.telephony.problem() !== null) return false;
      }
    }
    return true;
  }

  /** How they ended, with the attempt by which the other one was called. */
  ended(endings: readonly TransferEnding[]): EndedTransfer[] {
    return endings.map((ending) => {
      const { transferId } = ending;
      const live = this.#live?.transferId === transferId ? this.#live : null;
      const found = this.#found?.transferId === transferId ? this.#found : null;
      const { leg = null, trunk = null } = live?.dialled === true ? live : (found ?? {});
      const to = live?.dialled === true ? live.to : this.#calledOf(ending.to, found);
      const phonesCalled = this.#dropped === transferId ? 0 : (live?.phonesCalled ?? found?.legs ?? null);
      const attempt = this.#kept.attempt.number;
      return { ...ending, to, attempt, leg, trunk, reason: live?.reason ?? null, phonesCalled };
    });
  }

  /** Whoever is on record as the last who was called. */
  #calledOf(to: TransferTo, found: KeptLeg | null): string | null {
    if (typeof to === 'string') return to;
    const isCalled = (number: string): boolean => {
      const parsed = parsePhoneNumber(number);
      return parsed.result === 'parsed' && this.#deps.personOf(parsed.number) === found?.callee;
    };
    return to.find(isCalled) ?? null;
  }

  /**
   * After a restart or a lost connection, of a session that has a transfer: whoever talks talks on, whoever waits hears something while the other one
   * is looked for. They may have been joined, and that not be on record: then they are again, after the whisper.
   */
  async takeUp(legs: ListedLegs): Promise<void> {
    const { session, feed } = this.#talk;
    const { clock } = this.#deps;
    const isJoined = session()?.transfer?.joinedAt != null;
    if (!isJoined && !(await this.#part())) return;
    await feed({ type: 'resumed', at: clock.now(), talkGoesOn: isJoined });
    const now = session();
    const { transferId } = now?.transfer ?? {};
    if (now === null || transferId === undefined) return;
    if ((await this.#find(now, legs)) === 'gone' && (!isJoined || (await this.#part())))
      await feed({
        type: 'transfer_ended',
        at: clock.now(),
        transferId,
        result: isJoined ? 'talked' : 'lost',
      });
    this.call();
  }

  /** What was never put on record is begun anew, by `call`. Nobody is called twice for one transfer. */
  async #find(session: FlowSession, legs: ListedLegs): Promise<'there' | 'gone'> {
    const { transferId = '', since = 0, joinedAt = null } = session.transfer ?? {};
    // One that waits for a channel of its trunk waits on, and the leg of one that was dialled meanwhile is in no list.
    if (this.#live?.transferId === transferId && !this.#live.wasDialledBefore(legs.askedAt)) return 'there';
    const had = this.#live?.transferId === transferId ? this.#live.kept : null;
    this.release();
    // The database is not asked for what is known: it may be away, and somebody wait in silence for its answer.
    const row = had ?? (await this.#rowSince(since, joinedAt === null ? null : this.#listed(legs, since)));
    if (row === 'unknown') return 'gone';
    this.#found = row && { ...row, transferId };
    if (row === null && joinedAt !== null) return 'gone';
    if (row === null) {
      this.#wanted = this.#wantedBy(session);
      return 'there';
    }
    const state = this.#deps.transferLegs.stateNow(row.leg, legs.states.get(row.leg));
    if (state !== undefined) await this.#adopt(session, { ...row, state });
    else void endTransfer(this.#deps, row.leg);
    if (state !== undefined || joinedAt !== null) return state === undefined ? 'gone' : 'there';
    const wanted = this.#wantedBy(session);
    if (wanted === null || typeof wanted.to === 'string') return 'gone';
    // the next agent is called
    this.#wanted = wanted;
    return 'there';
  }

  /** Lets go without ending anything: the leg stays, for whoever takes the call up again. */
  release(): void {
    this.#live?.release();
    this.#live = null;
  }

  async #adopt(session: FlowSession, found: FoundLeg): Promise<void> {
    const isJoined = session.transfer?.joinedAt != null;
    const wanted = this.#wantedBy(session);
    if (wanted === null) return;
    this.#live = this.#create(wanted);
    this.#live.adopt(found, isJoined);
    if (isJoined) await this.#live.join();
  }

  #wantedBy(session: FlowSession): Wanted | null {
    const wanted = transferWanted(this.#prepared.flow, session);
    const { transfer } = session;
    if (wanted === null || transfer === null) return null;
    return { ...wanted, transferId: transfer.transferId, until: transfer.until };
  }

  /**
   * While the database is away it is asked again, and nobody is called on a guess. Who talks to somebody is not left to that: what was on record when
   * the legs were listed will do, so that it is heard when the other one hangs up.
   */
  async #rowSince(since: number, listed: KeptLeg | null): Promise<KeptLeg | null | 'unknown'> {
    const { clock, ledger } = this.#deps;
    const until = clock.now() + patienceMs;
    for (;;) {
      const row = await unlessAway(ledger.lastTransfer(this.#kept.call.id, since));
      if (row !== undefined) return row;
      if (listed !== null) return listed;
      if (clock.now() >= until) return 'unknown';
      if ((await wait(clock, betweenLooksMs, this.#kept.signal)) === 'aborted') return 'unknown';
    }
  }

  #listed({ transfers }: ListedLegs, since: number): KeptLeg | null {
    const row = transfers.findLast((each) => each.callId === this.#kept.call.id && each.startedAt >= since);
    return row === undefined ? null : { ...row, legs: null };
  }

  #create({ transferId, to, hours, whisper, until, ringTimeMs }: Wanted): JoinableTransfer {
    const { call, leg, attempt } = this.#kept;
    const now = this.#deps.clock.now();
    const talkUntil = (attempt.answeredAt ?? now) + call.maxDurationMs;
    const start = {
      ...{ transferId, callId: call.id, purpose: call.purpose, person: leg, hours },
      whisper: soundsOf(this.#prepared, whisper),
      // nor for who was taken up too late
      until: Math.min(until, talkUntil),
      talkUntil,
      post: this.#talk.post,
    };
    if (typeof to === 'string')
      return new LiveTransfer(this.#deps, { ...start, number: to, isAgent: false, ringTimeMs });
    const since = this.#talk.session()?.transfer?.since ?? now;
    return new LiveHunt(this.#deps, { ...start, agents: to, ringTimeMs: ringTimeMs ?? Infinity, since });
  }
}

/** A request that fails while the connection is there may well pass the next time. */
const mostPartings = 3;
const patienceMs = 30_000;
const betweenLooksMs = 500;

async function unlessAway<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    return undefined;
  }
}
