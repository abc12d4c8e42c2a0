import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { FlowStore } from '../../src/db/flow-store.ts';
import type { LeaseStore } from '../../src/db/lease-store.ts';
import { LedgerUnavailable, type Ledger } from '../../src/db/ledger.ts';
import { lookAtLeasesEveryMs, type GatewayId, type Lease } from '../../src/domain/asterisks/lease.ts';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import type { Trunk } from '../../src/domain/calls/trunk.ts';
import { createIdSource, type AttemptId, type CallId, type IdSource } from '../../src/domain/ids.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import { AsteriskDriver } from '../../src/drive-asterisk.ts';
import { runEvery, type Job } from '../../src/jobs/run-every.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait } from '../../src/lib/wait.ts';
import type { Log } from '../../src/lib/log.ts';
import type { DialFault } from '../../src/telephony/simulator/simulator.ts';
import type { DialRequest } from '../../src/telephony/telephony.ts';
import { acceptCall } from '../../src/workflows/accept-call.ts';
import { KeysInHand } from '../../src/workflows/keys-in-hand.ts';
import type { CallRenditions } from '../../src/workflows/call-renditions.ts';
import { cancelCall, type Cancelled } from '../../src/workflows/cancel-call.ts';
import { endOverdueAttempts } from '../../src/workflows/end-overdue-attempts.ts';
import { expireCalls } from '../../src/workflows/expire-calls.ts';
import { createFlowLoader } from '../../src/workflows/flow-loader.ts';
import { IncomingCalls } from '../../src/workflows/incoming-calls.ts';
import { LeaseKeeper } from '../../src/workflows/lease-keeper.ts';
import type { NamedOrInlineFlow } from '../../src/workflows/draft-call.ts';
import { resolveFlow } from '../../src/workflows/resolve-flow.ts';
import { WaitingHunts } from '../../src/workflows/waiting-hunts.ts';
import { allWaysOpen } from '../../src/workflows/ways.ts';
import type { AcceptCallResult } from '../../src/workflows/use-cases.ts';
import { gatedCampaigns } from './gated-campaigns.ts';
import { GatedLedger } from './gated-ledger.ts';
import { GatedTelephony, type PhoneNetwork } from './gated-telephony.ts';
import { InMemorySounds } from './in-memory-sounds.ts';
import { noLibrary } from './no-library.ts';
import { ProcessGate, type Weather } from './process-gate.ts';
import type { SeededRandom } from './seeded-random.ts';
import { SimulatedCampaigns } from './simulated-campaigns.ts';
import { newestOf, personOf } from './simulated-gateway.ts';

/** What several processes share, and what each is given by its machine. */
export interface SharedSurroundings {
  clock: Clock;
  ledger: Ledger;
  campaigns: CampaignStore;
  leases: LeaseStore;
  flows: FlowStore;
  networks: ReadonlyMap<string, PhoneNetwork>;
  weather: Weather;
  dialFault: () => DialFault | null;
  /** A process asks for an INVITE under this lease. */
  onDial: (request: DialRequest, lease: Lease) => void;
  /** A process would connect to this network; it is connected where this is true, and whoever was before is not any more. */
  connectMs: () => number;
  onConnect: (network: string, telephony: GatedTelephony) => boolean;
  isDead: (gateway: GatewayId) => boolean;
  /** Word to the other gateways. */
  onEndRequested: (from: GatewayId, leg: AttemptId) => void;
  random: SeededRandom;
  trunks: readonly Trunk[];
  words: BuiltInWords;
  renditions: CallRenditions;
  log: Log;
  onCrash: () => void;
}

const callingHours = { start: '09:00', end: '21:00' };

/**
 * One of several processes of the gateway that share a database, put together as `open-cluster.ts` does it. It can be killed at any await.
 */
export class SimulatedMember {
  readonly id: GatewayId;
  readonly gate: ProcessGate;
  readonly keeper: LeaseKeeper<AsteriskDriver>;
  readonly campaigns: SimulatedCampaigns;
  readonly #shared: SharedSurroundings;
  readonly #ledger: GatedLedger;
  readonly #ids: IdSource;
  readonly #jobs = new Map<string, Job>();
  readonly #keysInHand = new KeysInHand();

  constructor(id: string, shared: SharedSurroundings) {
    const { clock, weather, trunks, words, renditions, log, random } = shared;
    this.id = id as GatewayId;
    this.#shared = shared;
    this.gate = new ProcessGate(clock, weather, shared.onCrash);
    this.#ledger = new GatedLedger(this.gate, shared);
    this.#ids = createIdSource(this.gate.clock, (count) => random.bytes(count));
    const waitingHunts = new WaitingHunts();
    this.keeper = new LeaseKeeper({
      ...{ leases: this.#leases(), clock: this.gate.clock, log, gateway: this.id },
      ...{ asterisks: [...shared.networks.keys()], isDead: shared.isDead },
      unfit: () => null,
      onGivenBack: () => undefined,
      drive: (lease) =>
        new AsteriskDriver(
          {
            ...{ ledger: this.#ledger, clock: this.gate.clock, ids: this.#ids, log, trunks, words },
            openTelephony: (asterisk) => this.#openTelephony(asterisk, lease),
            incomingOver: (telephony) =>
              new IncomingCalls({
                ...{ telephony, clock: this.gate.clock, log, trunks, personOf },
                recorder: { record: () => undefined, holds: () => false, stop: () => Promise.resolve() },
                lines: { all: () => Promise.resolve(new Map()) },
              }),
            mostLive: Infinity,
            waysOf: () => allWaysOpen,
            frequencyCap: null,
            renditionsFor: () => renditions,
            holdBack: () => null,
            flowOf: createFlowLoader({ flows: this.#ledger, words }),
            flowNamed: (name) => newestOf(this.#ledger, name),
            strangerOf: (leg) => personOf(leg),
            sounds: new InMemorySounds(),
            randomDigits: (count) => Array.from(random.bytes(count), (byte) => String(byte % 10)).join(''),
            lookUp: () => Promise.resolve({ result: 'failed', problem: 'nobody is there' }),
            announceRecordings: true,
            onPromptSaid: () => undefined,
            personOf,
            callingHours,
            onAttemptEnded: () => undefined,
            waitingHunts,
          },
          lease,
        ),
    });
    this.campaigns = new SimulatedCampaigns({
      ...{ ...this.#draftDeps(), campaigns: gatedCampaigns(this.gate, shared.campaigns) },
      ...this.#ends(),
      onCampaignMoved: () => this.keeper.driven().forEach((driver) => driver.wakeDialler()),
    });
  }

  start(): void {
    this.#every('leases', lookAtLeasesEveryMs, () => this.keeper.round());
    this.#every('overdue', 10_000, () =>
      endOverdueAttempts({
        ...this.#deps(),
        loseOverdue: (leg) => this.keeper.attended().some(({ runner }) => runner.loseOverdue(leg)),
      }),
    );
    this.#every('campaigns', 1_000, () => this.campaigns.settle());
    this.#every('expire', 5_000, () => expireCalls(this.#deps()));
  }

  /** Ends in order, as after SIGTERM. */
  async stop(): Promise<void> {
    await this.keeper.stop(18_000);
    await Promise.all(this.#jobs.values().map((job) => job.stop()));
  }

  heedEnd(leg: AttemptId): void {
    for (const { runner } of this.keeper.attended()) runner.heedEnd(leg);
  }

  accept(request: { key: string; body: CallRequest }): Promise<AcceptCallResult> {
    return acceptCall(
      {
        ...this.#draftDeps(),
        campaignOf: (id) => this.campaigns.get(id),
        fullFor: () => Promise.resolve(null),
        keysInHand: this.#keysInHand,
      },
      { owner: 'orchestrator', idempotencyKey: request.key, body: request.body, received: request.body },
    );
  }

  #draftDeps() {
    const { words, trunks } = this.#shared;
    const flowDeps = { flows: this.#ledger, words, clock: this.gate.clock, ...noLibrary };
    const limits = { emergencyCalls: true, callLifetimeMs: 7 * 24 * 3_600_000, frequencyCap: null };
    return {
      ...{ ...this.#deps(), trunks, personOf },
      policy: { callingHours, ...limits, recordingNumbers: [] },
      resolveFlow: (flow: NamedOrInlineFlow) => resolveFlow(flowDeps, flow),
      missingPrompts: () => Promise.resolve([]),
      onAccepted: () => this.keeper.driven().forEach((driver) => driver.wakeDialler()),
    };
  }

  cancel(request: { id: CallId; hangUp: boolean }): Promise<Cancelled> {
    return cancelCall({ ...this.#deps(), ...this.#ends() }, request);
  }

  #ends() {
    const requestEnd = (leg: AttemptId) =>
      this.keeper
        .attended()
        .map(({ runner }) => runner.liveCalls.requestEnd(leg))
        .find((live) => live !== null) ?? null;
    const tellOfEnd = (leg: AttemptId): void => this.#shared.onEndRequested(this.id, leg);
    return { liveCalls: { requestEnd }, tellOfEnd };
  }

  #openTelephony(asterisk: string, lease: Lease) {
    const network = this.#shared.networks.get(asterisk);
    if (!network) throw new Error(`${asterisk} is one of the networks`);
    const telephony = new GatedTelephony(this.gate, {
      ...{ network, dialFault: this.#shared.dialFault },
      onDial: (request) => this.#shared.onDial(request, lease),
    });
    const start = async (): Promise<void> => {
      await wait(this.gate.clock, this.#shared.connectMs());
      // stopped meanwhile, it connects no more
      if (!this.gate.alive || telephony.problem()?.code === 'stopped') return;
      if (this.#shared.onConnect(asterisk, telephony)) await telephony.start();
    };
    return { telephony, start };
  }

  /** The leases as this process reaches them. */
  #leases(): LeaseStore {
    const { leases } = this.#shared;
    const ask = async <T>(operation: string, effect: () => Promise<T>): Promise<T> => {
      await this.gate.pass({ operation, stage: 'before' }, cut);
      const result = await this.gate.act(effect);
      await this.gate.pass({ operation, stage: 'after' }, cut);
      return result;
    };
    return {
      look: (me) => ask('look', () => leases.look(me)),
      take: (taking) => ask('take', () => leases.take(taking)),
      giveBack: (...given) => ask('giveBack', () => leases.giveBack(...given)),
      leave: (gateway) => ask('leave', () => leases.leave(gateway)),
    };
  }

  #deps() {
    return { ledger: this.#ledger, clock: this.gate.clock, ids: this.#ids };
  }

  #every(name: string, everyMs: number, work: () => Promise<unknown>): void {
    const { log } = this.#shared;
    this.#jobs.set(name, runEvery({ clock: this.gate.clock, log }, { name, everyMs: () => everyMs, work }));
  }
}

function cut(): Error {
  return new LedgerUnavailable('the connection broke');
}
