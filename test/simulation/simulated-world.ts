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
import { SimulatedGateway } from '../support/simulated-gateway.ts';
import type { Stores } from '../support/surroundings.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { Trace } from '../support/trace.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { answerInTurn } from './answer-in-turn.ts';
import type { ErasureTally } from './erasure-tally.ts';
import { simulatedFlows } from './simulated-flows.ts';
import { SimulatedWeather } from './simulated-weather.ts';
import { TwinDatabase } from './twin-database.ts';
import { Violation } from './violation.ts';
import { watchedWeather } from './watched-weather.ts';
import { watchfulLog } from './watchful-log.ts';
import { WorldClients } from './world-clients.ts';
import type { ForgettingWitness, KeptMove, WorldDatabase } from './world-database.ts';
import { WatchedNetwork } from './watched-network.ts';
import { WorldFaults } from './world-faults.ts';
import { pauseMs } from './world-pace.ts';
import { unspeakable, type WorldPlan } from './world-plan.ts';
import { WorldWitnesses } from './world-witnesses.ts';

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
  erasures: ErasureTally;
  steps: number;
}

const mostSteps = 400_000;
const horizonMs = 20 * 24 * 3_600_000;

export interface WorldOptions {
  words: BuiltInWords;
  /** Is told of every move of a call that was kept. */
  onKept?: (move: KeptMove) => void;
  /** By default the twins in memory. */
  openDatabase?: (witness: ForgettingWitness) => WorldDatabase;
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
  readonly #witnesses: WorldWitnesses;
  readonly #faults: WorldFaults;
  readonly #clients: WorldClients;
  readonly #planned = new Set<Timer>();
  #violation: string | null = null;
  #gateway: SimulatedGateway | null = null;
  #taking = false;
  #processes = 0;
  #steps = 0;

  constructor(
    plan: WorldPlan,
    random: SeededRandom,
    { words, onKept, openDatabase = (witness) => new TwinDatabase(witness) }: WorldOptions,
  ) {
    this.#database = openDatabase({
      kept: (move) => this.#kept(move, onKept),
      transferClaimed: (transfer) => this.#witnesses.transfers.claimed(transfer),
      erasures: () => this.#witnesses.erasures,
    });
    const clock = new VirtualClock(plan.startsAt, this.#database.io);
    this.#plan = plan;
    this.#random = random;
    this.#words = words;
    this.#clock = clock;
    this.#trace = new Trace(() => clock.now());
    this.#weather = new SimulatedWeather(random.fork('weather'), plan.rates, () =>
      this.#faults.loseConnection(),
    );
    this.#weather.cutsStatements = this.#database.io !== null;
    this.#lookUp = answerInTurn(plan.replies, (delayMs, action) => this.#later(delayMs, action));
    this.#witnesses = new WorldWitnesses(plan, {
      now: () => clock.now(),
      note: (line) => this.#trace.note(line),
      report: (violation) => this.#report(violation),
    });
    this.#faults = this.#plannedFaults();
    this.#clients = new WorldClients({
      ...{ clock, witnesses: this.#witnesses, gateway: () => (this.#taking ? this.#gateway : null) },
      pauseMs: (usualMs) => this.#pauseMs(usualMs, 'client'),
      note: (line) => this.#trace.note(line),
      report: (violation) => this.#report(violation),
    });
    const onInvite = (request: DialRequest): void => this.#witnesses.invited(request);
    const { phones } = this.#witnesses;
    this.#network = new WatchedNetwork({ clock, soundDurationMs: textSoundMs, onInvite }, phones);
    this.#network.faultOf = (endpoint) => this.#faults.ofTrunk(endpoint);
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
    this.#faults.begin();
    this.#clients.begin(this.#plan);
    await this.#until(() => this.#isAtRest());
    for (const timer of this.#planned) timer.cancel();
    await this.#stopForGood();
    const { calls, phones, pilots, erasures } = this.#witnesses;
    const trunkChanges = this.#witnesses.checkEnd(await this.#database.events());
    for (const fault of await this.#database.faults({ calls, plan: this.#plan })) this.#report(fault);
    this.#throwViolation();
    return {
      digest: this.#trace.digest(),
      calls: calls.calls,
      invites: phones.invites,
      trunkChanges,
      crashes: this.#processes - 1,
      pilots: pilots.pauses,
      erasures: erasures.tally,
      steps: this.#steps,
    };
  }

  #kept(move: KeptMove, tell: WorldOptions['onKept']): void {
    const { call, events } = move;
    this.#trace.note(
      `kept ${call.id} ${call.revision} ${call.state.status} ${events.map(({ type }) => type).join(' ')}`,
    );
    this.#witnesses.kept(move);
    tell?.(move);
  }

  #isAtRest(): boolean {
    const { calls, phones, erasures } = this.#witnesses;
    if (this.#clients.left > 0 || !this.#taking || phones.legCount > 0) return false;
    if (this.#database.liveTransferCount > 0) return false;
    return calls.openCount === 0 && erasures.isSettled;
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

  async #until(condition: () => boolean): Promise<void> {
    await this.#clock.runUntil(() => {
      this.#steps += 1;
      this.#witnesses.erasures.look(this.#isAble());
      if (this.#steps > mostSteps) this.#report(`no rest after ${mostSteps} steps`);
      this.#throwViolation();
      return condition();
    }, horizonMs);
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
      weather: watchedWeather(this.#weather, {
        erasures: this.#witnesses.erasures,
        note: (line) => this.#trace.note(line),
      }),
      dialFault: () => this.#weather.dialFault(),
      onDial: (request) => this.#witnesses.phones.requested(request),
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
      pauseMs: (usualMs, job) => this.#pauseMs(usualMs, job),
      takeUpEveryMs: this.#plan.takeUpEveryMs,
      onCrash: () => this.#crashed(),
    });
    this.#gateway = gateway;
    void gateway.start().then(() => {
      this.#taking = true;
      this.#noteAbility();
    });
  }

  /** Where there is no campaign, and nobody is to be forgotten, nobody looks every second whether there is one. */
  #storesOf(gate: ProcessGate): Stores {
    const { campaigns, erasures, ...stores } = this.#database.stores(gate);
    return {
      ...stores,
      ...(this.#plan.campaigns.length > 0 && campaigns ? { campaigns } : {}),
      ...(this.#plan.erasures.length > 0 && erasures ? { erasures } : {}),
    };
  }

  #crashed(): void {
    this.#trace.note(`process ${this.#processes} crashes`);
    this.#gateway = null;
    this.#taking = false;
    this.#witnesses.crashed();
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
    this.#witnesses.phones.voiceLost();
    this.#noteAbility();
    this.#later(500, () => this.#startGateway());
  }

  #happened(event: TelephonyEvent): void {
    this.#trace.note(JSON.stringify(event));
    this.#witnesses.happened(event);
    this.#gateway?.deliver(event);
  }

  #plannedFaults(): WorldFaults {
    return new WorldFaults({
      ...{ plan: this.#plan, random: this.#random, weather: this.#weather, network: () => this.#network },
      ...{ now: () => this.#clock.now(), gateway: () => this.#gateway, isTaking: () => this.#taking },
      later: (delayMs, action) => this.#later(delayMs, action),
      restart: () => void this.#restart(),
      onVoiceLost: () => this.#witnesses.phones.voiceLost(),
      onAbility: () => this.#noteAbility(),
      note: (line) => this.#trace.note(line),
    });
  }

  /** Whether the process can do all that it has to. */
  #isAble(): boolean {
    return this.#taking && !this.#weather.outage && this.#gateway?.telephony.connected === true;
  }

  #noteAbility(): void {
    const { telephony, runner } = this.#gateway ?? {};
    // Without its database it cannot take calls up, but it can speak to whoever it is speaking to.
    const hasDatabase = !this.#weather.outage;
    this.#witnesses.phones.setAble(
      telephony?.connected === true && (hasDatabase || runner?.settled === true),
      hasDatabase,
    );
    this.#witnesses.pilots.setAble(this.#taking && hasDatabase);
  }

  #pauseMs(usualMs: number, job: string): number {
    const world = {
      ...{ plan: this.#plan, witnesses: this.#witnesses, now: this.#clock.now() },
      hasClients: this.#clients.left > 0,
    };
    return pauseMs(world, usualMs, job);
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
