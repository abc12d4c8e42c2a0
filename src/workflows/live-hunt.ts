import { chooseAgent, resultOf, type NextAgent, type SeenAgent } from '../domain/calls/choose-agent.ts';
import type { PersonHash } from '../domain/calls/call.ts';
import type { VerdictReason } from '../domain/calls/verdict.ts';
import type { TransferResult } from '../domain/flows/transfer.ts';
import type { AttemptId } from '../domain/ids.ts';
import { parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { wait, within } from '../lib/wait.ts';
import { LedgerUnavailable, type Ledger } from '../db/ledger.ts';
import { mayRingNow } from './dial-transfer.ts';
import type {
  FoundLeg,
  JoinableTransfer,
  KeptLeg,
  TransferMessage,
  TransferStart,
} from './joinable-transfer.ts';
import { LiveTransfer, type LiveTransferDependencies } from './live-transfer.ts';
import type { WaitingHunts } from './waiting-hunts.ts';

export interface LiveHuntDependencies extends LiveTransferDependencies {
  ledger: LiveTransferDependencies['ledger'] & Pick<Ledger, 'seeAgents'>;
  waitingHunts: WaitingHunts;
}

export interface HuntStart extends Omit<TransferStart, 'number' | 'isAgent' | 'ringTimeMs'> {
  /** E.164. */
  agents: readonly string[];
  ringTimeMs: number;
  /** When the person began to wait. */
  since: number;
}

interface Agent {
  person: PersonHash;
  number: PhoneNumber;
}

/** How soon a queue of which nobody is free is looked at again. */
const betweenLooksMs = 1_000;
/** A phone that was let go is silent after a moment; who cannot be reached is not waited for. */
const longestHangUpMs = 2_000;
/** How much later than at its claim a phone may begin to ring. */
const mostSetupMs = 10_000;

/**
 * The agents of a queue, called one after the other for a person who waits:
 *
 *     looking ──► calling one ──► ready ──► (joined) ──► over
 *        ▲             │
 *        └── nobody ◄──┴── busy, nobody picked up, hung up on the whisper
 *
 * Whom to call next is decided anew each time, by what is on record of all who were called, for whomever: so whoever takes the hunt up after a crash goes on
 * where it was, and calls nobody twice for one round. One leg at a time is live for the person, and one at most to each agent.
 */
export class LiveHunt implements JoinableTransfer {
  readonly #deps: LiveHuntDependencies;
  readonly #start: HuntStart;
  readonly #agents: readonly Agent[];
  readonly #ending = new AbortController();
  /** Those who cannot be called at all. */
  readonly #unfit = new Set<PersonHash>();
  /** Being called, or called since the last look. */
  #leg: LiveTransfer | null = null;
  /** The last one who was called before. */
  #last: LiveTransfer | null = null;
  /** How many legs were on record for this hunt at the last look; null where nobody could look. */
  #seenLegs: number | null = 0;
  #unfitReason: VerdictReason | null = null;
  #isReady = false;
  #isOver = false;
  /** Ends the waiting for what becomes of a leg. */
  #settle: () => void = () => undefined;

  constructor(deps: LiveHuntDependencies, start: HuntStart) {
    this.#deps = deps;
    this.#start = start;
    this.#agents = start.agents.flatMap((text) => {
      const parsed = parsePhoneNumber(text);
      if (parsed.result === 'refused') return [];
      return [{ person: deps.personOf(parsed.number), number: parsed.number }];
    });
  }

  get transferId(): string {
    return this.#start.transferId;
  }

  get since(): number {
    return this.#start.since;
  }

  get to(): string | null {
    return this.#shown?.to ?? null;
  }

  get leg(): AttemptId | null {
    return this.#shown?.leg ?? null;
  }

  get trunk(): string | null {
    return this.#shown?.trunk ?? null;
  }

  get reason(): VerdictReason | null {
    return this.#shown === null ? this.#unfitReason : this.#shown.reason;
  }

  get dialled(): boolean {
    return this.#shown !== null;
  }

  get phonesCalled(): number | null {
    return this.#seenLegs === null ? null : this.#seenLegs + (this.#leg?.phonesCalled ?? 0);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get kept(): KeptLeg | null {
    const kept = this.#leg?.kept ?? null;
    const callee = this.#agents.find(({ number }) => number === this.#leg?.to)?.person ?? null;
    return kept && { ...kept, callee, legs: this.phonesCalled };
  }

  /** Between two agents there is no leg to look for; of one that is over, somebody may not have heard. */
  wasDialledBefore(instant: number): boolean {
    if (this.#isOver) return true;
    return this.#leg?.isOver === false && this.#leg.wasDialledBefore(instant);
  }

  call(): void {
    this.#watch(this.#hunt());
  }

  /** Another process, or this one before the connection was lost, called this agent. */
  adopt(found: FoundLeg, isJoined: boolean): void {
    const agent = this.#agents.find(({ person }) => person === found.callee) ?? this.#agents[0];
    if (agent === undefined) return this.#over('lost');
    this.#seenLegs = found.legs === null ? null : found.legs - 1;
    this.#isReady = isJoined;
    const ringsUntil = found.startedAt + mostSetupMs + this.#start.ringTimeMs;
    const { leg, over } = this.#take(agent, Math.min(this.#start.until, ringsUntil));
    leg.adopt(found, isJoined);
    if (!isJoined) this.#watch(over.then((how) => (how === 'left' ? this.#hunt() : Promise.resolve())));
  }

  async join(): Promise<void> {
    await this.#leg?.join();
  }

  end(): void {
    if (this.#isOver) return;
    this.#stop();
    this.#leg?.end();
  }

  release(): void {
    this.#stop();
    this.#leg?.release();
  }

  async #hunt(): Promise<void> {
    for (;;) {
      const next = await this.#next();
      if (this.#ending.signal.aborted) return;
      if (next.do === 'end') {
        this.#over(next.result);
        return;
      }
      const called = next.do === 'call' ? await this.#callOneOf(next.agents) : 'nobody';
      if (called === 'ready') return;
      if (called === 'nobody') await wait(this.#deps.clock, betweenLooksMs, this.#ending.signal);
    }
  }

  /** Who is engaged after all, or has no channel free, leaves it to the next. */
  async #callOneOf(agents: readonly SeenAgent[]): Promise<'ready' | 'called' | 'nobody'> {
    for (const { agent: person } of agents) {
      const agent = this.#agents.find((each) => each.person === person);
      if (agent === undefined) continue;
      const { leg, over } = this.#take(agent, this.#start.until);
      leg.call();
      const how = await over;
      if (how === 'ready' || this.#isOver) return 'ready';
      if (leg.dialled) return 'called';
      this.#leg = null;
      this.#noteUnfit(agent, leg.reason);
    }
    return 'nobody';
  }

  /** A leg of this hunt, and when it is ready or left. */
  #take(agent: Agent, until: number): { leg: LiveTransfer; over: Promise<'ready' | 'left'> } {
    const { promise, resolve } = Promise.withResolvers<'ready' | 'left'>();
    const post = (message: TransferMessage): void => {
      const wasReady = this.#isReady;
      if (message.type === 'transfer_ready') this.#isReady = true;
      else if (wasReady) this.#stop();
      if (this.#isReady) this.#start.post(message);
      resolve(this.#isReady ? 'ready' : 'left');
    };
    const leg = new LiveTransfer(this.#deps, {
      ...{ ...this.#start, until, post },
      ...{ number: agent.number, isAgent: true },
    });
    this.#leg = leg;
    this.#settle = () => resolve('left');
    return { leg, over: promise.then((how) => (how === 'left' ? this.#gone(leg) : how)) };
  }

  /** The phone is silent before the next one rings. */
  async #gone(leg: LiveTransfer): Promise<'left'> {
    if (leg.dialled && !this.#isOver) await within(this.#deps.clock, longestHangUpMs, leg.gone);
    return 'left';
  }

  #noteUnfit({ person }: Agent, reason: VerdictReason | null): void {
    this.#unfitReason = reason;
    if (reason !== null && reason !== 'congestion') this.#unfit.add(person);
  }

  async #next(): Promise<NextAgent> {
    const { clock, telephony, waitingHunts } = this.#deps;
    const { until } = this.#start;
    waitingHunts.leave(this);
    const fit = this.#agents.filter(({ person }) => !this.#unfit.has(person));
    if (fit.length === 0) return { do: 'end', result: 'failed' };
    const seen = telephony.problem() === null ? await this.#see(fit) : null;
    const now = clock.now();
    if (seen === null) return now < until ? { do: 'wait' } : { do: 'end', result: 'failed' };
    const open = fit.filter(({ number }) => mayRingNow(this.#deps, this.#start, number));
    if (open.length === 0)
      return { do: 'end', result: this.#seenLegs === 0 ? 'closed' : resultOf(seen, now) };
    const persons = new Set(open.map(({ person }) => person));
    const next = chooseAgent(
      seen.filter(({ agent }) => persons.has(agent)).map((agent) => this.#inTurn(agent)),
      { now, until },
    );
    if (next.do === 'wait') waitingHunts.wait(this, persons);
    return next;
  }

  /** Who is free, but for somebody who came before, is engaged. */
  #inTurn(seen: SeenAgent): SeenAgent {
    return this.#deps.waitingHunts.isFirst(this, seen.agent) ? seen : { ...seen, isEngaged: true };
  }

  /** Null while the database is away: nobody is called on a guess. */
  async #see(agents: readonly Agent[]): Promise<SeenAgent[] | null> {
    const { callId, since } = this.#start;
    const persons = agents.map(({ person }) => person);
    try {
      const seen = await this.#deps.ledger.seeAgents(persons, { callId, since });
      this.#seenLegs = seen.reduce((sum, { calls }) => sum + calls, 0);
      if (this.#leg?.dialled === true) this.#last = this.#leg;
      this.#leg = null;
      return seen;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      return null;
    }
  }

  get #shown(): LiveTransfer | null {
    return this.#leg?.dialled === true ? this.#leg : this.#last;
  }

  #over(result: TransferResult): void {
    if (this.#isOver) return;
    this.#stop();
    const { transferId, post } = this.#start;
    post({ type: 'transfer_over', at: this.#deps.clock.now(), transferId, result });
  }

  #stop(): void {
    this.#isOver = true;
    this.#deps.waitingHunts.leave(this);
    this.#ending.abort('over');
    this.#settle();
  }

  #watch(hunting: Promise<void>): void {
    hunting.catch((error: unknown) => {
      this.#deps.log.error({ err: error, call: this.#start.callId }, 'a queue of agents could not be called');
      this.#over('failed');
    });
  }
}
