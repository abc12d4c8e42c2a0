import { createHash } from 'node:crypto';
import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { FlowStore } from '../../src/db/flow-store.ts';
import type { TrunkStore } from '../../src/db/trunk-store.ts';
import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import type { PersonHash } from '../../src/domain/calls/call.ts';
import { createIdSource, type CallId, type IdSource } from '../../src/domain/ids.ts';
import { runEvery, type Job } from '../../src/jobs/run-every.ts';
import type { TelephonyEvent } from '../../src/telephony/telephony.ts';
import { acceptCall } from '../../src/workflows/accept-call.ts';
import { KeysInHand } from '../../src/workflows/keys-in-hand.ts';
import type { MissedCalls } from '../../src/db/missed-calls.ts';
import type { Line, LineNumber } from '../../src/domain/lines/line.ts';
import { MissedCallRecorder } from '../../src/workflows/missed-call-recorder.ts';
import { placeCallBacks, type PlaceCallBacksDependencies } from '../../src/workflows/place-call-backs.ts';
import { CallRunner } from '../../src/workflows/call-runner.ts';
import { WaitingHunts } from '../../src/workflows/waiting-hunts.ts';
import { cancelCall, type Cancelled } from '../../src/workflows/cancel-call.ts';
import { expireCalls } from '../../src/workflows/expire-calls.ts';
import { createFlowLoader } from '../../src/workflows/flow-loader.ts';
import { definitionAsPlayed } from '../../src/workflows/load-sub-flows.ts';
import { IncomingCalls } from '../../src/workflows/incoming-calls.ts';
import type { NamedOrInlineFlow } from '../../src/workflows/draft-call.ts';
import { resolveFlow } from '../../src/workflows/resolve-flow.ts';
import { TrunkBoard } from '../../src/workflows/trunk-board.ts';
import { TrunkWatch } from '../../src/workflows/trunk-watch.ts';
import type { AcceptCallResult } from '../../src/workflows/use-cases.ts';
import type { LookupResult } from '../../src/domain/flows/flow-session.ts';
import { InMemorySounds } from './in-memory-sounds.ts';
import { gatedCampaigns } from './gated-campaigns.ts';
import { gatedErasures } from './gated-erasures.ts';
import { GatedLedger } from './gated-ledger.ts';
import { gatedMissedCalls } from './gated-missed-calls.ts';
import { gatedTrunks } from './gated-trunks.ts';
import { GatedTelephony } from './gated-telephony.ts';
import { noLibrary } from './no-library.ts';
import { ProcessGate } from './process-gate.ts';
import { SimulatedCampaigns } from './simulated-campaigns.ts';
import { SimulatedErasures } from './simulated-erasures.ts';
import type { Stores, Surroundings } from './surroundings.ts';

/**
 * One process of the gateway, put together as `service.ts` does it, but for HTTP and webhooks. It can be killed at any await; another one
 * may then be started in the same surroundings.
 */
export class SimulatedGateway {
  readonly gate: ProcessGate;
  readonly telephony: GatedTelephony;
  readonly runner: CallRunner;
  /** Null where there are none. */
  readonly campaigns: SimulatedCampaigns | null;
  /** Null where there are none. */
  readonly erasures: SimulatedErasures | null;
  readonly #surroundings: Surroundings;
  readonly #ledger: GatedLedger;
  readonly #ids: IdSource;
  readonly #jobs = new Map<string, Job>();
  readonly #keysInHand = new KeysInHand();
  readonly #trunks: { board: TrunkBoard; watch: TrunkWatch } | null;
  readonly #incoming: IncomingCalls;
  readonly #recorder: MissedCallRecorder;
  readonly #missedCalls: MissedCalls;
  readonly #personOf: (number: string) => PersonHash;

  constructor(surroundings: Surroundings) {
    const { clock, weather, trunks, words, renditions, log, random } = surroundings;
    this.#surroundings = surroundings;
    this.gate = new ProcessGate(clock, weather, surroundings.onCrash);
    const { ledger, trunkStore, campaigns, erasures } = surroundings.stores(this.gate);
    this.#personOf = surroundings.personOf ?? personOf;
    this.#ledger = new GatedLedger(this.gate, {
      ...{ ledger, flows: surroundings.flows },
      onKept: (call) => this.#trunks?.watch.kept(call),
    });
    this.telephony = new GatedTelephony(this.gate, surroundings);
    this.#ids = createIdSource(this.gate.clock, (count) => random.bytes(count));
    this.#trunks = this.#watchTrunks(trunkStore);
    this.#missedCalls = gatedMissedCalls(this.gate, surroundings.missedCalls ?? nobodyCalls);
    this.#recorder = new MissedCallRecorder({
      ...{ missedCalls: this.#missedCalls, clock: this.gate.clock, log },
      onRecorded: (legs) => {
        for (const leg of legs) this.telephony.removeWritten(leg).catch(() => undefined);
        this.#jobs.get('call-backs')?.wake();
      },
    });
    this.#incoming = new IncomingCalls({
      ...{
        telephony: this.telephony,
        recorder: this.#recorder,
        clock: this.gate.clock,
        log,
        trunks,
        personOf: this.#personOf,
      },
      lines: { all: () => this.#lines() },
    });
    this.runner = new CallRunner({
      ...(this.#trunks === null ? {} : { ways: this.#trunks.board }),
      ...{ ledger: this.#ledger, telephony: this.telephony, clock: this.gate.clock, ids: this.#ids },
      ...{ log, trunks, words, frequencyCap: surroundings.frequencyCap ?? null },
      lease: { asterisk: 'simulator', epoch: 1, isSafe: () => surroundings.isLeaseSafe?.() ?? true },
      mostLive: Infinity,
      incoming: this.#incoming,
      renditionsFor: () => renditions,
      holdBack: () => surroundings.holdBack?.() ?? null,
      flowOf: createFlowLoader({ flows: this.#ledger, words }),
      flowNamed: (name) => newestOf(this.#ledger, name),
      strangerOf: (leg) => this.#personOf(leg),
      sounds: surroundings.sounds ?? new InMemorySounds(),
      randomDigits: (count) => Array.from(random.bytes(count), (byte) => String(byte % 10)).join(''),
      lookUp: surroundings.lookUp ?? nobodyAnswers,
      personOf: this.#personOf,
      callingHours: policy.callingHours,
      announceRecordings: true,
      onPromptSaid: () => undefined,
      waitingHunts: new WaitingHunts(),
      onAttemptEnded: (call) => this.#trunks?.watch.attemptEnded(call),
      wakeDialler: () => this.#jobs.get('dial')?.wake(),
      wakeTakeUp: () => this.#jobs.get('take-up')?.wake(),
    });
    this.campaigns = campaigns === undefined ? null : this.#settleable(campaigns);
    this.erasures = erasures === undefined ? null : this.#erasing(erasures);
  }

  async start(): Promise<void> {
    await this.telephony.start();
    this.#every('dial', 500, () => this.runner.dial(), 100);
    this.#every(
      'take-up',
      () => Math.min(this.runner.nextTakeUpMs, this.#surroundings.takeUpEveryMs),
      () => this.runner.takeUp(),
    );
    const trunks = this.#trunks;
    if (trunks !== null)
      this.#every('trunks', 500, () => trunks.watch.write().then(() => trunks.board.look()), 100);
    if (this.#surroundings.missedCalls !== undefined) {
      this.#every('call-backs', 1_000, () => placeCallBacks(this.#callBackDeps()));
    }
    const { campaigns } = this;
    if (campaigns !== null) this.#every('campaigns', 1_000, () => campaigns.settle());
    for (const [name, [everyMs, work]] of Object.entries(this.erasures?.jobs() ?? {}))
      this.#every(name, everyMs, work);
    this.#every('expire', 5_000, () => expireCalls(this.#deps()));
  }

  /** Ends in order, as after SIGTERM. */
  async stop(): Promise<void> {
    await Promise.all(this.#jobs.values().map((job) => job.stop()));
    await this.runner.drain(20_000);
    await this.telephony.stop();
  }

  deliver(event: TelephonyEvent): void {
    this.telephony.deliver(event);
  }

  #lines(): Promise<ReadonlyMap<LineNumber, Line>> {
    return Promise.resolve(this.#surroundings.lines ?? new Map<LineNumber, Line>());
  }

  #callBackDeps(): PlaceCallBacksDependencies {
    const { words, trunks, log } = this.#surroundings;
    const flowDeps = { flows: this.#ledger, words, clock: this.gate.clock, ...noLibrary };
    return {
      ...{
        ...this.#deps(),
        trunks,
        log,
        personOf: this.#personOf,
        policy: { ...policy, frequencyCap: null },
      },
      ...{ missedCalls: this.#missedCalls, lines: { all: () => this.#lines() } },
      resolveFlow: (flow) => resolveFlow(flowDeps, flow),
      missingPrompts: () => Promise.resolve([]),
      onAccepted: () => this.#jobs.get('dial')?.wake(),
    };
  }

  accept(request: { key: string; body: CallRequest }): Promise<AcceptCallResult> {
    return acceptCall(
      {
        ...this.#draftDeps(),
        campaignOf: (id) => this.campaigns?.get(id) ?? Promise.resolve(null),
        fullFor: () => Promise.resolve(null),
        keysInHand: this.#keysInHand,
      },
      { owner: 'orchestrator', idempotencyKey: request.key, body: request.body, received: request.body },
    );
  }

  #draftDeps() {
    const { words, trunks } = this.#surroundings;
    const flowDeps = { flows: this.#ledger, words, clock: this.gate.clock, ...noLibrary };
    return {
      ...{ ...this.#deps(), trunks, personOf: this.#personOf },
      policy: { ...policy, frequencyCap: this.#surroundings.frequencyCap ?? null },
      resolveFlow: (flow: NamedOrInlineFlow) => resolveFlow(flowDeps, flow),
      missingPrompts: () => Promise.resolve([]),
      onAccepted: () => this.#jobs.get('dial')?.wake(),
    };
  }

  #settleable(campaigns: CampaignStore): SimulatedCampaigns {
    return new SimulatedCampaigns({
      ...{ ...this.#draftDeps(), campaigns: gatedCampaigns(this.gate, campaigns) },
      ...this.#ends(),
      onCampaignMoved: () => {
        this.#jobs.get('campaigns')?.wake();
        this.#jobs.get('dial')?.wake();
      },
    });
  }

  #erasing({ store, attemptsInNeed }: NonNullable<Stores['erasures']>): SimulatedErasures {
    const { trunks, words, log, sounds: keptSounds = new InMemorySounds() } = this.#surroundings;
    const asterisks = () => (this.telephony.connected ? [['simulator', this.telephony] as const] : []);
    return new SimulatedErasures({
      ...{ ...this.#deps(), ...this.#ends(), personOf: this.#personOf, trunks, words, log, keptSounds },
      ...{ erasures: gatedErasures(this.gate, store), attemptsInNeed, asterisks },
      flowOf: createFlowLoader({ flows: this.#ledger, words }),
      definitionOf: (flow) => definitionAsPlayed({ flows: this.#ledger }, flow),
      onErasure: () => this.#jobs.get('erasures')?.wake(),
    });
  }

  cancel(request: { id: CallId; hangUp: boolean }): Promise<Cancelled> {
    return cancelCall({ ...this.#deps(), ...this.#ends() }, request);
  }

  #ends() {
    return { liveCalls: this.runner.liveCalls, tellOfEnd: () => undefined };
  }

  #watchTrunks(trunkStore: TrunkStore | undefined): { board: TrunkBoard; watch: TrunkWatch } | null {
    const { trunks, log } = this.#surroundings;
    if (trunkStore === undefined) return null;
    const board = new TrunkBoard({
      ...{ clock: this.gate.clock, ids: this.#ids, trunks, log, asterisks: [] },
      trunkStore: gatedTrunks(this.gate, trunkStore),
      onChanged: () => this.#jobs.get('dial')?.wake(),
    });
    return { board, watch: new TrunkWatch({ board, wake: () => this.#jobs.get('trunks')?.wake() }) };
  }

  #deps() {
    return { ledger: this.#ledger, clock: this.gate.clock, ids: this.#ids };
  }

  #every(
    name: string,
    usualMs: number | (() => number),
    work: () => Promise<unknown>,
    leastMs: number = 0,
  ): void {
    const { log, pauseMs } = this.#surroundings;
    const everyMs = (): number => pauseMs(typeof usualMs === 'number' ? usualMs : usualMs(), name);
    this.#jobs.set(name, runEvery({ clock: this.gate.clock, log }, { name, everyMs, leastMs, work }));
  }
}

const nobodyCalls: MissedCalls = {
  record: () => Promise.reject(new Error('nobody calls here')),
  takeCallBacks: () => Promise.resolve([]),
  settleCallBack: () => Promise.resolve(),
  list: () => Promise.resolve([]),
};

function nobodyAnswers(): Promise<LookupResult> {
  return Promise.resolve({ result: 'failed', problem: 'nobody is there' });
}

const policy = {
  callingHours: { start: '09:00', end: '21:00' },
  emergencyCalls: true,
  callLifetimeMs: 7 * 24 * 3_600_000,
  recordingNumbers: [],
};

/** The flow that somebody who calls is to hear. */
export async function newestOf(
  flows: Pick<FlowStore, 'getFlow'>,
  id: string,
): Promise<{ id: string; version: number } | null> {
  const stored = await flows.getFlow(id, null);
  return stored && { id, version: stored.version };
}

/** Whom a number belongs to. */
export function personOf(number: string): PersonHash {
  return createHash('sha256').update(number).digest('base64url') as PersonHash;
}
