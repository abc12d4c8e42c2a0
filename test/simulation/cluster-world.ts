import type { Lease } from '../../src/domain/asterisks/lease.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import type { CallId } from '../../src/domain/ids.ts';
import type {
  JoinedLegs,
  DialRequest,
  LegId,
  PromptRequest,
  TelephonyEvent,
} from '../../src/telephony/telephony.ts';
import { storeFlow } from '../../src/workflows/store-flow.ts';
import { telephonyOperations, type GatedTelephony } from '../support/gated-telephony.ts';
import { InMemoryCampaigns } from '../support/in-memory-campaigns.ts';
import { InMemoryFlowStore } from '../support/in-memory-flow-store.ts';
import { InMemoryLeases } from '../support/in-memory-leases.ts';
import { noLibrary } from '../support/no-library.ts';
import type { Weather } from '../support/process-gate.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { SimulatedMember } from '../support/simulated-member.ts';
import { TextRenditions, textSoundMs } from '../support/text-renditions.ts';
import { Trace } from '../support/trace.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { playCampaign, type CampaignWorld } from './campaign-client.ts';
import { CallWitness } from './call-witness.ts';
import { PhoneWitness } from './phone-witness.ts';
import { PilotWitness } from './pilot-witness.ts';
import { playClient } from './simulated-client.ts';
import { simulatedFlows } from './simulated-flows.ts';
import { SimulatedWeather } from './simulated-weather.ts';
import { TransferWitness } from './transfer-witness.ts';
import { Violation } from './violation.ts';
import { watchfulLog } from './watchful-log.ts';
import { WatchedLedger } from './watched-ledger.ts';
import { WatchedNetwork, type NetworkWitness } from './watched-network.ts';
import { unspeakable, type WorldPlan } from './world-plan.ts';

export interface ClusterPlan extends Pick<
  WorldPlan,
  'startsAt' | 'trunks' | 'calls' | 'campaigns' | 'rates'
> {
  gateways: number;
  /** Whether processes of one machine know when another has died. */
  isOneMachine: boolean;
  kills: { at: number; gateway: number; awayMs: number }[];
  restarts: { at: number; gateway: number }[];
  /** Nobody reaches this Asterisk. */
  unreachable: { at: number; asterisk: string; lastsMs: number }[];
  outages: { at: number; lastsMs: number }[];
  /** One gateway alone cannot reach the database, though it hears its Asterisks. */
  isolations: { at: number; gateway: number; lastsMs: number }[];
}

export interface ClusterResult {
  digest: string;
  outcomes: ReadonlySet<string>;
  /** By how many Asterisks calls were dialled. */
  asterisks: ReadonlySet<string>;
  invites: number;
  /** Leases that were taken. */
  tenures: number;
  /** Campaigns that paused by themselves after their pilot. */
  pilots: number;
}

const mostSteps = 2_000_000;
const horizonMs = 2 * 24 * 3_600_000;
/** An Asterisk that somebody could drive is driven, and its calls are taken up, within this. */
const drivenWithinMs = 30_000;
const settledWithinMs = 10_000;
const names = ['north', 'south'];

/**
 * Several gateways, two Asterisks, one database: as `SimulatedWorld`, with leases. Beside its invariants: nobody dials under a lease that is
 * not theirs any more, and an Asterisk that a gateway could drive is driven within half a minute.
 */
export class ClusterWorld {
  readonly #plan: ClusterPlan;
  readonly #random: SeededRandom;
  readonly #words: BuiltInWords;
  readonly #clock: VirtualClock;
  readonly #trace: Trace;
  readonly #weather: SimulatedWeather;
  readonly #leases: InMemoryLeases;
  readonly #ledger: WatchedLedger;
  readonly #campaigns: InMemoryCampaigns;
  readonly #flows = new InMemoryFlowStore();
  readonly #networks = new Map<string, WatchedNetwork>();
  readonly #connected = new Map<string, GatedTelephony>();
  readonly #waiting = new Map<string, GatedTelephony>();
  readonly #away = new Set<string>();
  readonly #isolated = new Set<number>();
  readonly #legsOf = new Map<LegId, string>();
  readonly #calls: CallWitness;
  readonly #transfers: TransferWitness;
  readonly #phones: PhoneWitness;
  readonly #pilots: PilotWitness;
  readonly #members: (SimulatedMember | null)[] = [];
  readonly #dead = new Set<string>();
  readonly #undrivenSince = new Map<string, number>();
  #violation: string | null = null;
  #processes = 0;
  #clientsLeft = 0;
  #steps = 0;

  constructor(plan: ClusterPlan, random: SeededRandom, words: BuiltInWords) {
    const clock = new VirtualClock(plan.startsAt);
    const report = (violation: string): void => this.#report(violation);
    this.#plan = plan;
    this.#random = random;
    this.#words = words;
    this.#clock = clock;
    this.#trace = new Trace(() => clock.now());
    this.#leases = new InMemoryLeases(clock);
    this.#weather = new SimulatedWeather(random.fork('weather'), plan.rates, () => undefined);
    this.#calls = new CallWitness(report, { now: () => clock.now(), answersMayChange: false });
    this.#transfers = new TransferWitness(report);
    this.#phones = new PhoneWitness(this.#calls, {
      ...{ trunks: plan.trunks, now: () => clock.now(), report },
      longestSilenceMs: drivenWithinMs + settledWithinMs,
      longestDoubtMs: 10 * 60_000,
      takeUpEveryMs: 60_000,
      ...{ frequencyCap: null, transfers: this.#transfers },
    });
    this.#ledger = new WatchedLedger(
      {
        kept: (move) => {
          this.#calls.kept(move);
          this.#transfers.kept(move);
          this.#phones.kept(move.call);
          this.#pilots.kept(move);
        },
        transferClaimed: (transfer) => this.#transfers.claimed(transfer),
      },
      { isHeld: (lease) => this.#leases.isHeld(lease) },
    );
    this.#campaigns = new InMemoryCampaigns(this.#ledger);
    this.#pilots = new PilotWitness(this.#calls, { now: () => clock.now(), report });
    for (const name of names) this.#networks.set(name, this.#createNetwork(name));
  }

  /** @throws Violation */
  async run(): Promise<ClusterResult> {
    for (const network of this.#networks.values()) await network.start();
    for (const [id, definition] of Object.entries(simulatedFlows))
      await storeFlow(
        { flows: this.#flows, words: this.#words, clock: this.#clock, ...noLibrary },
        { id, definition },
      );
    for (let place = 0; place < this.#plan.gateways; place += 1) this.#startMember(place);
    this.#planFaults();
    for (const call of this.#plan.calls) this.#startClient((world) => playClient(world, call));
    for (const campaign of this.#plan.campaigns) this.#startClient((world) => playCampaign(world, campaign));
    this.#watch();
    await this.#until(() => this.#isAtRest());
    this.#calls.checkEnd(this.#ledger.events);
    this.#phones.checkEnd();
    this.#pilots.checkEnd(this.#campaigns.events);
    this.#throwViolation();
    const attempts = [...this.#calls.calls.values()].flatMap((call) => call.attempts);
    const board = await this.#leases.look({ gateway: 'witness' as never, knows: [], drives: [], held: [] });
    return {
      digest: this.#trace.digest(),
      outcomes: new Set(
        [...this.#calls.calls.values()].map(({ state }) => ('outcome' in state ? state.outcome : '')),
      ),
      asterisks: new Set(attempts.map(({ asterisk }) => asterisk)),
      invites: this.#phones.invites,
      pilots: this.#pilots.pauses,
      tenures: board.leases.reduce((sum, { epoch }) => sum + epoch, 0),
    };
  }

  #createNetwork(name: string): WatchedNetwork {
    const witness: NetworkWitness = {
      said: (leg: LegId, prompt: PromptRequest) => this.#phones.said(leg, prompt),
      silenced: (leg: LegId, promptId: string) => this.#phones.silenced(leg, promptId),
      joined: (legs: JoinedLegs) => this.#phones.joined(legs),
      parted: (person: LegId) => this.#phones.parted(person),
      legCount: 0,
    };
    Object.defineProperty(witness, 'legCount', {
      get: () => [...this.#legsOf.values()].filter((asterisk) => asterisk === name).length,
    });
    const network = new WatchedNetwork(
      {
        clock: this.#clock,
        soundDurationMs: textSoundMs,
        onInvite: (request) => {
          this.#legsOf.set(request.leg, name);
          this.#phones.invited(request);
          this.#pilots.invited(this.#calls.callOf(request.leg));
        },
      },
      witness,
    );
    network.onEvent((event) => this.#happened(name, event));
    return network;
  }

  #happened(name: string, event: TelephonyEvent): void {
    this.#trace.note(`${name} ${JSON.stringify(event)}`);
    this.#phones.happened(event);
    if (event.type === 'hung_up') this.#legsOf.delete(event.leg);
    this.#connected.get(name)?.deliver(event);
  }

  #startMember(place: number): void {
    this.#processes += 1;
    const id = `gateway-${place}/${this.#processes}`;
    this.#trace.note(`${id} starts`);
    const member = new SimulatedMember(id, {
      ...{ clock: this.#clock, ledger: this.#ledger, leases: this.#leases, flows: this.#flows },
      campaigns: this.#campaigns,
      ...{
        networks: this.#networks,
        weather: this.#weatherOf(place),
        trunks: this.#plan.trunks,
        words: this.#words,
      },
      dialFault: () => this.#weather.dialFault(),
      onDial: (request, lease) => this.#dialled(request, lease),
      connectMs: () => this.#random.pick([0, 100, 3_000]),
      onConnect: (network, telephony) => this.#connect(network, telephony),
      isDead: (gateway) => this.#plan.isOneMachine && this.#dead.has(gateway),
      onEndRequested: (from, leg) => this.#tellOfEnd(from, leg),
      random: this.#random.fork(id),
      renditions: new TextRenditions(unspeakable),
      log: watchfulLog({
        note: (line) => this.#trace.note(`${id} ${line}`),
        report: (violation) => this.#report(`${id} ${violation}`),
      }),
      onCrash: () => this.#died(place, member, this.#random.pick([1, 500, 5_000, 40_000])),
    });
    this.#members[place] = member;
    member.start();
  }

  #weatherOf(place: number): Weather {
    return {
      latencyMs: (point) => this.#weather.latencyMs(point),
      strike: (point) =>
        this.#isolated.has(place) && point.stage === 'before' && !isToTheNetwork(point.operation)
          ? 'cut'
          : this.#weather.strike(point),
    };
  }

  #dialled(request: DialRequest, lease: Lease): void {
    if (!this.#leases.isHeld(lease))
      this.#report(`${request.leg} is dialled under a lease of ${lease.asterisk} that was lost`);
    this.#phones.requested(request);
  }

  /** Asterisk knows one connection for an application's name; a new one takes a while to make. */
  #connect(name: string, telephony: GatedTelephony): boolean {
    this.#lose(name);
    if (this.#away.has(name)) this.#waiting.set(name, telephony);
    else this.#connected.set(name, telephony);
    return !this.#away.has(name);
  }

  #lose(name: string): void {
    this.#connected.get(name)?.loseConnection();
    this.#connected.delete(name);
    this.#waiting.delete(name);
    this.#phones.voiceLost();
  }

  #setAway(name: string, isAway: boolean): void {
    this.#trace.note(`${name} is ${isAway ? 'out of reach' : 'back'}`);
    const telephony = this.#connected.get(name) ?? this.#waiting.get(name);
    if (isAway) {
      this.#away.add(name);
      this.#lose(name);
      if (telephony) this.#waiting.set(name, telephony);
      return;
    }
    this.#away.delete(name);
    this.#waiting.delete(name);
    if (telephony === undefined) return;
    this.#connected.set(name, telephony);
    telephony.restoreConnection();
  }

  #died(place: number, member: SimulatedMember, awayMs: number): void {
    if (this.#members[place] !== member) return;
    this.#trace.note(`${member.id} dies`);
    member.gate.kill();
    this.#dead.add(member.id);
    this.#members[place] = null;
    this.#phones.voiceLost();
    this.#clock.setTimer(awayMs, () => this.#startMember(place));
  }

  async #restart(place: number): Promise<void> {
    const member = this.#members[place];
    if (!member) return;
    this.#trace.note(`${member.id} is asked to end`);
    await member.stop();
    this.#died(place, member, 500);
  }

  #tellOfEnd(from: string, leg: Parameters<SimulatedMember['heedEnd']>[0]): void {
    // word may be lost; then it is found on record
    if (this.#random.chance(0.3)) return;
    for (const member of this.#members) if (member && member.id !== from) member.heedEnd(leg);
  }

  #planFaults(): void {
    const { kills, restarts, unreachable, outages, isolations } = this.#plan;
    const at = (delayMs: number, action: () => void): void => void this.#clock.setTimer(delayMs, action);
    for (const { at: when, gateway, awayMs } of kills)
      at(when, () => {
        const member = this.#members[gateway];
        if (member) this.#died(gateway, member, awayMs);
      });
    for (const { at: when, gateway } of restarts) at(when, () => void this.#restart(gateway));
    for (const { at: when, asterisk, lastsMs } of unreachable) {
      at(when, () => this.#setAway(asterisk, true));
      at(when + lastsMs, () => this.#setAway(asterisk, false));
    }
    for (const { at: when, gateway, lastsMs } of isolations) {
      at(when, () => void this.#isolated.add(gateway));
      at(when + lastsMs, () => void this.#isolated.delete(gateway));
    }
    for (const { at: when, lastsMs } of outages) {
      at(when, () => (this.#weather.outage = true));
      at(when + lastsMs, () => {
        this.#weather.outage = false;
        this.#leases.startedAt = this.#clock.now();
      });
    }
  }

  #startClient(play: (world: CampaignWorld) => Promise<void>): void {
    this.#clientsLeft += 1;
    const world: CampaignWorld = {
      clock: this.#clock,
      gateway: () => this.#random.pick(this.#members.filter((member) => member?.gate.alive)) ?? null,
      accepted: (id: CallId) => {
        if (!this.#calls.calls.has(id)) this.#report(`${id} was accepted, and is not on record`);
      },
      cancelled: (id: CallId) => this.#phones.cancelled(id),
      pilots: this.#pilots,
      pauseMs: (usualMs) => usualMs,
      note: (line: string) => this.#trace.note(line),
      report: (violation: string) => this.#report(violation),
    };
    play(world).then(
      () => (this.#clientsLeft -= 1),
      (error: unknown) => this.#report(String(error)),
    );
  }

  /** Once a second: who could drive, and who does. */
  #watch(): void {
    const now = this.#clock.now();
    const isUp = !this.#weather.outage && now > this.#leases.startedAt + drivenWithinMs;
    const isAble =
      isUp && this.#members.some((member, place) => member?.gate.alive && !this.#isolated.has(place));
    for (const name of names) {
      const isDriven = this.#members.some(
        (member) => member?.keeper.driven().get(name)?.runner.settled === true,
      );
      if (isDriven || !isAble || this.#away.has(name) || this.#isolated.size > 0)
        this.#undrivenSince.set(name, now);
      const undrivenMs = now - (this.#undrivenSince.get(name) ?? now);
      if (undrivenMs > drivenWithinMs + settledWithinMs)
        this.#report(`nobody drives ${name} since ${undrivenMs} ms, and somebody could`);
    }
    this.#pilots.setAble(isAble && this.#isolated.size === 0);
    this.#phones.setAble(isAble && this.#away.size === 0 && this.#isolated.size === 0, isUp);
    this.#clock.setTimer(1_000, () => this.#watch());
  }

  #isAtRest(): boolean {
    return this.#clientsLeft === 0 && this.#phones.legCount === 0 && this.#calls.openCount === 0;
  }

  async #until(condition: () => boolean): Promise<void> {
    await this.#clock.runUntil(() => {
      this.#steps += 1;
      if (this.#steps > mostSteps) this.#report(`no rest after ${mostSteps} steps`);
      this.#throwViolation();
      return condition();
    }, horizonMs);
  }

  #report(violation: string): void {
    this.#trace.note(`VIOLATION ${violation}`);
    this.#violation ??= violation;
  }

  #throwViolation(): void {
    if (this.#violation !== null) throw new Violation(this.#violation, this.#trace.tail(5_000));
  }
}

const toTheNetwork: ReadonlySet<string> = new Set(telephonyOperations);

function isToTheNetwork(operation: string): boolean {
  return toTheNetwork.has(operation);
}
