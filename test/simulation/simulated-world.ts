import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import type { CallId } from '../../src/domain/ids.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import { assert } from '../../src/lib/assert.ts';
import type { Timer } from '../../src/lib/clock.ts';
import type { LookupClient } from '../../src/webhooks/look-up.ts';
import type { DialRequest, TelephonyEvent } from '../../src/telephony/telephony.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { noLibrary } from '../support/no-library.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemorySounds } from '../support/in-memory-sounds.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { ProcessGate } from '../support/process-gate.ts';
import { SimulatedGateway, type Stores } from '../support/simulated-gateway.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { Trace } from '../support/trace.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { answerInTurn } from './answer-in-turn.ts';
import { playCampaign, type CampaignWorld } from './campaign-client.ts';
import { CallWitness } from './call-witness.ts';
import { PhoneWitness } from './phone-witness.ts';
import { PilotWitness } from './pilot-witness.ts';
import { playClient } from './simulated-client.ts';
import { simulatedFlows } from './simulated-flows.ts';
import { SimulatedWeather } from './simulated-weather.ts';
import { strayDial } from './stray-dial.ts';
import { TransferWitness } from './transfer-witness.ts';
import { TwinDatabase } from './twin-database.ts';
import { Violation } from './violation.ts';
import { watchfulLog } from './watchful-log.ts';
import type { DatabaseWitness, KeptMove, WorldDatabase } from './world-database.ts';
import { WatchedNetwork } from './watched-network.ts';
import { longestDoubtMs, longestSilenceMs, unspeakable, type WorldPlan } from './world-plan.ts';

export interface WorldResult {
  /** Hash of all that happened. */
  digest: string;
  calls: ReadonlyMap<CallId, Call>;
  invites: number;
  /** That a trunk went down, or came up again, as it was reported. */
  trunkChanges: number;
  crashes: number;
  /** Campaigns that paused by themselves after their pilot. */
  pilots: number;
  steps: number;
}

const mostSteps = 400_000;
const horizonMs = 20 * 24 * 3_600_000;

export interface WorldOptions {
  words: BuiltInWords;
  /** Is told of every move of a call that was kept. */
  onKept?: (move: KeptMove) => void;
  /** By default the twins in memory. */
  openDatabase?: (witness: DatabaseWitness) => WorldDatabase;
}

/**
 * One world: a database, a phone network with its handsets, orchestrators, and a gateway that is killed and started again. All of it is drawn
 * from one seed and runs on one virtual clock, so the same plan and seed give the same world, to the last await. On a real database
 * (`PostgresDatabase`) that holds as far as told there.
 */
export class SimulatedWorld {
  readonly #plan: WorldPlan;
  readonly #random: SeededRandom;
  readonly #words: BuiltInWords;
  readonly #clock: VirtualClock;
  readonly #trace: Trace;
  readonly #weather: SimulatedWeather;
  readonly #database: WorldDatabase;
  readonly #flows = new InMemoryFlowStore();
  readonly #sounds = new InMemorySounds();
  readonly #lookUp: LookupClient['lookUp'];
  readonly #network: WatchedNetwork;
  readonly #calls: CallWitness;
  readonly #phones: PhoneWitness;
  readonly #transfers: TransferWitness;
  readonly #pilots: PilotWitness;
  readonly #planned = new Set<Timer>();
  #violation: string | null = null;
  #gateway: SimulatedGateway | null = null;
  #taking = false;
  #processes = 0;
  #clientsLeft = 0;
  #steps = 0;

  constructor(
    plan: WorldPlan,
    random: SeededRandom,
    { words, onKept, openDatabase = (witness) => new TwinDatabase(witness) }: WorldOptions,
  ) {
    const report = (violation: string): void => this.#report(violation);
    this.#database = openDatabase({
      kept: (move) => this.#kept(move, onKept),
      transferClaimed: (transfer) => this.#transfers.claimed(transfer),
    });
    const clock = new VirtualClock(plan.startsAt, this.#database.io);
    this.#plan = plan;
    this.#random = random;
    this.#words = words;
    this.#clock = clock;
    this.#trace = new Trace(() => clock.now());
    this.#weather = new SimulatedWeather(random.fork('weather'), plan.rates, () => this.#loseConnection());
    this.#weather.cutsStatements = this.#database.io !== null;
    this.#lookUp = answerInTurn(plan.replies, (delayMs, action) => this.#later(delayMs, action));
    this.#calls = new CallWitness(report, {
      now: () => clock.now(),
      answersMayChange: plan.answersMayChange,
    });
    this.#transfers = new TransferWitness(report);
    this.#phones = new PhoneWitness(this.#calls, {
      ...{ trunks: plan.trunks, frequencyCap: plan.frequencyCap, now: () => clock.now(), report },
      longestSilenceMs: longestSilenceMs(plan.rates),
      longestDoubtMs: longestDoubtMs(plan.rates),
      takeUpEveryMs: plan.takeUpEveryMs,
      transfers: this.#transfers,
    });
    this.#pilots = new PilotWitness(this.#calls, { now: () => clock.now(), report });
    const onInvite = (request: DialRequest): void => {
      this.#phones.invited(request);
      this.#pilots.invited(this.#calls.callOf(request.leg));
    };
    this.#network = new WatchedNetwork({ clock, soundDurationMs: textSoundMs, onInvite }, this.#phones);
    this.#network.faultOf = (endpoint) => this.#trunkFault(endpoint);
    this.#network.onEvent((event) => this.#happened(event));
  }

  /** @throws Violation */
  async run(): Promise<WorldResult> {
    await this.#network.start();
    for (const [id, definition] of Object.entries(simulatedFlows))
      await storeFlow(
        { flows: this.#flows, words: this.#words, clock: this.#clock, ...noLibrary },
        { id, definition },
      );
    this.#startGateway();
    this.#planFaults();
    for (const call of this.#plan.calls) this.#startClient((world) => playClient(world, call));
    for (const campaign of this.#plan.campaigns) this.#startClient((world) => playCampaign(world, campaign));
    await this.#until(() => this.#isAtRest());
    for (const timer of this.#planned) timer.cancel();
    await this.#stopForGood();
    const events = await this.#database.events();
    this.#calls.checkEnd(events);
    this.#phones.checkEnd();
    this.#pilots.checkEnd(events);
    const trunkChanges = this.#checkTrunks(events);
    for (const fault of await this.#database.faults(this.#calls.calls.values())) this.#report(fault);
    this.#throwViolation();
    return {
      digest: this.#trace.digest(),
      calls: this.#calls.calls,
      invites: this.#phones.invites,
      trunkChanges,
      crashes: this.#processes - 1,
      pilots: this.#pilots.pauses,
      steps: this.#steps,
    };
  }

  #kept(move: KeptMove, tell: WorldOptions['onKept']): void {
    const { call, events } = move;
    this.#trace.note(
      `kept ${call.id} ${call.revision} ${call.state.status} ${events.map(({ type }) => type).join(' ')}`,
    );
    this.#calls.kept(move);
    this.#transfers.kept(move);
    this.#phones.kept(call);
    this.#pilots.kept(move);
    tell?.(move);
  }

  #isAtRest(): boolean {
    if (this.#clientsLeft > 0 || !this.#taking || this.#phones.legCount > 0) return false;
    if (this.#database.liveTransferCount > 0) return false;
    return this.#calls.openCount === 0;
  }

  /** Nothing may be left then: no live call, no timer. (A process that crashes while it ends leaves what it likes.) */
  async #stopForGood(): Promise<void> {
    const gateway = this.#gateway;
    assert(gateway, 'a world at rest has a process');
    const ending = { over: false };
    void gateway.stop().then(() => (ending.over = true));
    await this.#until(() => !gateway.gate.alive || (ending.over && gateway.gate.underWay === 0));
    for (const timer of this.#planned) timer.cancel();
    if (!gateway.gate.alive) return;
    if (gateway.runner.liveCalls.size > 0) this.#report('calls are live at the end');
    const timers = this.#clock.pendingTimers;
    if (timers > 0) this.#report(`${timers} timers are left, ${gateway.gate.pendingTimers} of the process`);
  }

  /** Down, up, down …: each change is reported once, whatever dies in between. */
  #checkTrunks(events: readonly StoredEvent[]): number {
    const told = events
      .filter(({ type }) => type === 'trunk.state_changed')
      .map(({ body }) => (JSON.parse(body) as { data: { trunk: string; up: boolean } }).data);
    for (const [trunk, changes] of Map.groupBy(told, (change) => change.trunk))
      if (changes.some(({ up }, place) => up !== (place % 2 === 1)))
        this.#report(`changes of trunk ${trunk} were not reported in turn`);
    return told.length;
  }

  async #until(condition: () => boolean): Promise<void> {
    await this.#clock.runUntil(() => {
      this.#steps += 1;
      if (this.#steps > mostSteps) this.#report(`no rest after ${mostSteps} steps`);
      this.#throwViolation();
      return condition();
    }, horizonMs);
  }

  #startClient(play: (world: CampaignWorld) => Promise<void>): void {
    this.#clientsLeft += 1;
    const world: CampaignWorld = {
      clock: this.#clock,
      gateway: () => (this.#taking ? this.#gateway : null),
      accepted: (id: CallId) => {
        if (!this.#calls.calls.has(id)) this.#report(`${id} was accepted, and is not on record`);
      },
      cancelled: (id: CallId) => this.#phones.cancelled(id),
      pilots: this.#pilots,
      pauseMs: (usualMs) => this.#pauseMs(usualMs),
      note: (line: string) => this.#trace.note(line),
      report: (violation: string) => this.#report(violation),
    };
    play(world).then(
      () => (this.#clientsLeft -= 1),
      (error: unknown) => this.#report(String(error)),
    );
  }

  #startGateway(): void {
    this.#processes += 1;
    this.#trace.note(`process ${this.#processes} starts`);
    const gateway = new SimulatedGateway({
      clock: this.#clock,
      stores: (gate) => this.#storesOf(gate),
      personOf: (number) => this.#database.personOf(number),
      flows: this.#flows,
      network: this.#network,
      weather: {
        latencyMs: (point) => this.#weather.latencyMs(point),
        strike: (point) => {
          const strike = this.#weather.strike(point);
          this.#trace.note(
            `${point.operation} ${point.stage}${strike === 'nothing' ? '' : ` ${strike.toUpperCase()}`}`,
          );
          return strike;
        },
      },
      dialFault: () => this.#weather.dialFault(),
      onDial: (request) => this.#phones.requested(request),
      random: this.#random.fork(`process ${this.#processes}`),
      ...{ trunks: this.#plan.trunks, frequencyCap: this.#plan.frequencyCap },
      words: this.#words,
      renditions: new TextRenditions(unspeakable),
      sounds: this.#sounds,
      lookUp: this.#lookUp,
      log: watchfulLog({
        note: (line) => this.#trace.note(line),
        report: (violation) => this.#report(violation),
      }),
      pauseMs: (usualMs) => this.#pauseMs(usualMs),
      takeUpEveryMs: this.#plan.takeUpEveryMs,
      onCrash: () => this.#crashed(),
    });
    this.#gateway = gateway;
    void gateway.start().then(() => {
      this.#taking = true;
      this.#noteAbility();
    });
  }

  /** Where there is no campaign, nobody looks every second whether there is one. */
  #storesOf(gate: ProcessGate): Stores {
    const { campaigns, ...stores } = this.#database.stores(gate);
    return this.#plan.campaigns.length > 0 && campaigns ? { ...stores, campaigns } : stores;
  }

  #crashed(): void {
    this.#trace.note(`process ${this.#processes} crashes`);
    this.#gateway = null;
    this.#taking = false;
    this.#phones.voiceLost();
    this.#noteAbility();
    this.#later(this.#random.pick([1, 100, 2_000, 15_000]), () => this.#startGateway());
  }

  async #restart(): Promise<void> {
    const gateway = this.#gateway;
    if (!gateway || !this.#taking) return;
    this.#trace.note(`process ${this.#processes} is asked to end`);
    this.#taking = false;
    await gateway.stop();
    gateway.gate.kill();
    this.#gateway = null;
    this.#phones.voiceLost();
    this.#noteAbility();
    this.#later(500, () => this.#startGateway());
  }

  #planFaults(): void {
    for (const { at, lastsMs } of this.#plan.deafSpells) this.#later(at, () => this.#loseConnection(lastsMs));
    for (const { at, lastsMs } of this.#plan.outages) {
      this.#later(at, () => this.#setOutage(true));
      this.#later(at + lastsMs, () => this.#setOutage(false));
    }
    for (const at of this.#plan.networkDeaths) this.#later(at, () => void this.#killNetwork());
    for (const at of this.#plan.strayLegs) this.#later(at, () => void this.#network.dial(strayDial(at)));
    for (const at of this.#plan.restarts) this.#later(at, () => void this.#restart());
  }

  #setOutage(away: boolean): void {
    this.#trace.note(`the database is ${away ? 'away' : 'back'}`);
    this.#weather.outage = away;
    this.#noteAbility();
  }

  #loseConnection(lastsMs: number = this.#random.integer(20, 8_000)): void {
    const telephony = this.#gateway?.telephony;
    if (!telephony?.connected) return;
    this.#trace.note('the connection is lost');
    telephony.loseConnection();
    this.#phones.voiceLost();
    this.#noteAbility();
    this.#later(lastsMs, () => {
      if (!this.#taking) return; // who is ending takes nothing up any more: the next process does
      this.#trace.note('the connection is back');
      telephony.restoreConnection();
      this.#noteAbility();
    });
  }

  #trunkFault(endpoint: string): string | null {
    const atMs = this.#clock.now() - this.#plan.startsAt;
    const isMet = ({ trunk, at, lastsMs }: WorldPlan['trunkFaults'][number]): boolean =>
      endpoint.endsWith(`@${trunk}`) && atMs >= at && atMs < at + lastsMs;
    return this.#plan.trunkFaults.find(isMet)?.behaviour ?? null;
  }

  async #killNetwork(): Promise<void> {
    this.#loseConnection(3_000);
    this.#trace.note('the phone network dies');
    for (const { leg } of await this.#network.legs()) await this.#network.hangUp(leg);
  }

  #happened(event: TelephonyEvent): void {
    this.#trace.note(JSON.stringify(event));
    this.#phones.happened(event);
    this.#gateway?.deliver(event);
  }

  #noteAbility(): void {
    const { telephony, runner } = this.#gateway ?? {};
    // Without its database it cannot take calls up, but it can speak to whoever it is speaking to.
    const hasDatabase = !this.#weather.outage;
    this.#phones.setAble(
      telephony?.connected === true && (hasDatabase || runner?.settled === true),
      hasDatabase,
    );
    this.#pilots.setAble(this.#taking && hasDatabase);
  }

  /** Where nothing can happen before the next call is due, the jobs need not look twice a second. */
  #pauseMs(usualMs: number): number {
    if (this.#phones.legCount > 0 || this.#calls.liveCount > 0 || this.#pilots.isDone) return usualMs;
    const isPilotToCome = this.#pilots.isToCome(this.#plan.campaigns.length);
    const longestMs = isPilotToCome ? longestPauseOfPilotMs : longestPauseMs;
    const now = this.#clock.now();
    const strayAt = this.#plan.startsAt + (this.#plan.strayLegs[0] ?? Infinity);
    const nextAt = Math.min(this.#calls.nextChangeAt(), strayAt > now ? strayAt : Infinity);
    return Math.max(usualMs, Math.min(longestMs, nextAt - lookAheadMs - now));
  }

  #later(delayMs: number, action: () => void): void {
    const timer: Timer = this.#clock.setTimer(delayMs, () => {
      this.#planned.delete(timer);
      action();
    });
    this.#planned.add(timer);
  }

  #report(violation: string): void {
    this.#trace.note(`VIOLATION ${violation}`);
    this.#violation ??= violation;
  }

  #throwViolation(): void {
    if (this.#violation !== null) throw new Violation(this.#violation, this.#trace.tail(keptLines));
  }
}

const keptLines = 50_000;
const lookAheadMs = 3_000;
const longestPauseMs = 600_000;
/** Whose answer was lost wakes no job: it finds out no later than this that a pilot began, and when it is over. */
const longestPauseOfPilotMs = 15_000;
