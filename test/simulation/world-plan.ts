import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import type { CampaignRequest } from '../../src/domain/campaigns/campaign-request.ts';
import type { FrequencyCap } from '../../src/domain/calls/frequency-cap.ts';
import { simulatorTrunk, type Trunk } from '../../src/domain/calls/trunk.ts';
import type { ComingReply } from '../support/flow-line.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

/** No text with this in it can be made into sound. */
export const unspeakable = 'XYZZY';

/** What will happen in one world, as far as it can be drawn before it begins. Instants are milliseconds after its beginning. */
export interface WorldPlan {
  startsAt: number;
  trunks: readonly Trunk[];
  /** A trunk fails whatever is dialled over it, before any phone rings. */
  trunkFaults: TrunkFault[];
  frequencyCap: FrequencyCap | null;
  calls: PlannedCall[];
  campaigns: PlannedCampaign[];
  /** Where the database is PostgreSQL: the twins in memory forget nobody. */
  erasures: PlannedErasure[];
  /** What other systems will answer, in turn; nobody is there afterwards. */
  replies: ComingReply[];
  /** Whether a flow may lead back to a question, whose answer is then replaced by a later one. */
  answersMayChange: boolean;
  /** The connection to the phone network is away. */
  deafSpells: Spell[];
  /** The database is away. */
  outages: Spell[];
  /** The phone network itself is started anew: all its legs are gone, untold. */
  networkDeaths: number[];
  /** The gateway is ended in order and started again. */
  restarts: number[];
  /** A phone answers that was dialled in our name, and of which nobody has a record. */
  strayLegs: number[];
  /** How often legs are compared with the record where nothing gives reason to. */
  takeUpEveryMs: number;
  /** Probabilities for each request that passes, while faults are active. */
  rates: FaultRates;
}

export interface Spell {
  at: number;
  lastsMs: number;
}

export interface TrunkFault extends Spell {
  trunk: string;
  /** As the handset network does it: 503, 403, or no reply at all. */
  behaviour: '34' | '22' | '38';
}

export interface PlannedCall {
  at: number;
  key: string;
  body: CallRequest;
  /** The same request comes again, so long after the first. */
  repeatsAfterMs: number[];
  cancel: { afterMs: number; hangUp: boolean } | null;
}

/** A campaign that begins with a pilot, and goes on when that is over. */
export interface PlannedCampaign {
  at: number;
  request: CampaignRequest;
  /** So many of its calls. */
  pilot: number;
  calls: PlannedCall[];
  /** So many of them are added before it is started. */
  addedBefore: number;
  /** It is closed while its pilot runs, and else when that is over. */
  isClosedEarly: boolean;
  /** From its pause to its release. */
  releaseAfterMs: number;
}

/** Somebody is to be forgotten. */
export interface PlannedErasure {
  at: number;
  to: string;
  /** It is asked for once more, so long after the first. */
  repeatsAfterMs: number[];
}

export interface FaultRates {
  crash: number;
  ledgerCut: number;
  connectionCut: number;
  dialFault: number;
  /** Share of requests to the ledger that take long. */
  slowLedger: number;
  longestLatencyMs: number;
}

export const noFaults: FaultRates = {
  crash: 0,
  ledgerCut: 0,
  connectionCut: 0,
  dialFault: 0,
  slowLedger: 0,
  longestLatencyMs: 0,
};

/** Taking a call up takes several looks into the database: where most of them fail or last seconds, so does that. */
export function longestSilenceMs({ slowLedger, ledgerCut }: FaultRates): number {
  return slowLedger > 0.05 || ledgerCut > 0.01 ? 30_000 : 8_000;
}

/** A dial of which nobody knows whether it left is looked into at once; the same goes for the look-ups that takes. */
export function longestDoubtMs({ slowLedger, ledgerCut, connectionCut }: FaultRates): number {
  return slowLedger > 0.01 || ledgerCut > 0.002 || connectionCut > 0 ? 60_000 : 15_000;
}

/** Requests and planned faults fall into this span; what they set off may go on for days. */
const busySpanMs = 600_000;

export function planWorld(random: SeededRandom, callCount: number): WorldPlan {
  const ofCampaigns = random.fork('campaigns');
  const startsAt = Date.parse(random.chance(0.2) ? '2026-03-02T20:50:00+05:30' : '2026-03-02T12:00:00+05:30');
  const cancelShare = random.pick([0, 0.15, 0.6]);
  return {
    startsAt,
    ...planTrunks(random),
    frequencyCap: random.chance(0.3)
      ? { most: random.integer(1, 3), periodMs: random.pick([60_000, 3_600_000, 86_400_000]) }
      : null,
    calls: Array.from({ length: callCount }, (_, index) =>
      planCall(random, { index, startsAt, cancelShare }),
    ),
    campaigns: ofCampaigns.chance(0.2) ? [planCampaign(ofCampaigns)] : [],
    erasures: [],
    replies: [],
    answersMayChange: false,
    deafSpells: spells(random, { most: 2, longestMs: 20_000 }),
    outages: spells(random, { most: 2, longestMs: 60_000 }),
    networkDeaths: random.chance(0.2) ? [random.integer(0, busySpanMs)] : [],
    restarts: random.chance(0.3) ? [random.integer(0, busySpanMs)] : [],
    strayLegs: random.chance(0.3) ? [random.integer(0, busySpanMs)] : [],
    // the second as in the service, so that nothing depends on it; the first for what it may collide with
    takeUpEveryMs: random.pick([5_000, 60_000]),
    rates: {
      crash: random.pick([0, 0.001, 0.004]),
      ledgerCut: random.pick([0, 0.002, 0.01, 0.1]),
      connectionCut: random.pick([0, 0, 0.001, 0.004]),
      dialFault: random.pick([0, 0.1, 0.3]),
      slowLedger: random.pick([0, 0.01, 0.05, 0.2]),
      longestLatencyMs: random.pick([0, 3, 40]),
    },
  };
}

/** A second trunk is there in half of the worlds; in those, spells in which one of them carries nothing. */
function planTrunks(random: SeededRandom): Pick<WorldPlan, 'trunks' | 'trunkFaults'> {
  const limits = () => ({
    channels: random.pick([1, 3, 8, 250]),
    callsPerSecond: random.pick([1, 3, 50]),
  });
  const first = { ...simulatorTrunk, ...limits() };
  if (random.chance(0.5)) return { trunks: [first], trunkFaults: [] };
  const second = {
    ...{ ...simulatorTrunk, ...limits() },
    ...{ name: 'second', endpoint: 'PJSIP/{number}@second', order: 2 },
  };
  const trunkFaults = spells(random, { most: 4, longestMs: busySpanMs }).map((spell): TrunkFault => {
    const trunk = random.pick(['simulator', 'simulator', 'second']);
    return { ...spell, trunk, behaviour: random.pick(['34', '22', '38']) };
  });
  return { trunks: [first, second], trunkFaults };
}

function spells(random: SeededRandom, { most, longestMs }: { most: number; longestMs: number }): Spell[] {
  const count = random.chance(0.5) ? 0 : random.integer(1, most);
  return Array.from({ length: count }, () => ({
    at: random.integer(0, busySpanMs),
    lastsMs: random.integer(50, longestMs),
  }));
}

/** Its calls may be retried while the pilot runs, share persons with each other and with calls outside of it, and be cancelled. */
export function planCampaign(random: SeededRandom): PlannedCampaign {
  const count = random.integer(3, 12);
  const retry = random.chance(0.7) ? { retry: planRetry(random) } : {};
  const pace = {
    ...(random.chance(0.3) ? { calls_per_second: random.pick([0.2, 1, 5]) } : {}),
    ...(random.chance(0.3) ? { max_concurrent: random.integer(1, 3) } : {}),
  };
  return {
    at: random.integer(0, busySpanMs / 2),
    request: {
      ...{ name: 'A pilot first', flow: random.pick(['quiz', 'menu', 'notice']), ...retry, pace },
      ...{ priority: random.pick(['normal', 'normal', 'high']) },
    },
    pilot: random.integer(1, Math.max(1, count - random.integer(0, 3))),
    calls: Array.from({ length: count }, (_, index) => planCampaignCall(random, index)),
    addedBefore: random.integer(0, count),
    isClosedEarly: random.chance(0.3),
    releaseAfterMs: random.pick([0, 1_000, 20_000]),
  };
}

function planCampaignCall(random: SeededRandom, index: number): PlannedCall {
  return {
    at: random.chance(0.7) ? 0 : random.integer(0, 20_000),
    key: `campaign-key-${index}`,
    body: { to: planNumber(random), reference: `member-${index}`, variables: { name: 'Asha' } },
    repeatsAfterMs: random.chance(0.2) ? [random.pick([0, 50])] : [],
    cancel: random.chance(0.15) ? { afterMs: random.integer(0, 10_000), hangUp: random.chance(0.5) } : null,
  };
}

const talking = ['00', '01', '02', '03', '04', '26'];
const others = [
  '10',
  '17',
  '19',
  '20',
  '21',
  '22',
  '23',
  '24',
  '25',
  '30',
  '31',
  '34',
  '38',
  '50',
  '51',
  '60',
];

function planCall(
  random: SeededRandom,
  { index, startsAt, cancelShare }: { index: number; startsAt: number; cancelShare: number },
): PlannedCall {
  const at = random.integer(0, random.chance(0.5) ? busySpanMs : 5_000);
  return {
    at,
    key: `key-${index}`,
    body: planRequest(random, `task-${index}`, startsAt + at),
    repeatsAfterMs: random.chance(0.2) ? [random.pick([0, 50, 20_000])] : [],
    cancel: random.chance(cancelShare)
      ? {
          afterMs: random.pick([0, random.integer(0, 4_000), random.integer(2_000, 25_000)]),
          hangUp: random.chance(0.7),
        }
      : null,
  };
}

function planRequest(random: SeededRandom, reference: string, at: number): CallRequest {
  const flow = random.pick(['quiz', 'quiz', 'menu', 'notice', 'family', ...helplines]);
  return {
    to: planNumber(random),
    flow,
    reference,
    variables: { name: random.chance(0.03) ? unspeakable : 'Asha' },
    ...(flow === 'quiz' && random.chance(0.2) ? { responses: { q1: 'nine' } } : {}),
    ...(flow === 'family' ? { people: [...family] } : {}),
    priority: random.pick(['normal', 'normal', 'high']),
    ...(random.chance(0.2) ? { list: 'school' } : {}),
    ...(random.chance(0.25)
      ? { not_after: new Date(at + random.integer(20_000, 1_200_000)).toISOString() }
      : {}),
    ...(random.chance(0.1) ? { calling_hours: { start: '00:00', end: '24:00' } } : {}),
    ...(random.chance(0.6) ? { retry: planRetry(random) } : {}),
    ...(random.chance(0.1) ? { max_duration: 'PT20S' } : {}),
    ...(random.chance(0.4) ? { machine_detection: 'on' as const } : {}),
  };
}

const helplines = ['helpline', 'engaged', 'queue', 'queue'];

const family = [
  { id: 'p1', name: 'Asha' },
  { id: 'p2', name: 'Ravi' },
];

function planRetry(random: SeededRandom): NonNullable<CallRequest['retry']> {
  const soon = random.pick(['PT1S', 'PT10S', 'PT2M']);
  return {
    max_attempts: random.integer(1, 4),
    after: {
      busy: soon,
      no_answer: soon,
      unreachable: soon,
      partial: soon,
      rejected: soon,
      trunk_failure: soon,
      machine: soon,
    },
  };
}

/** Few enough that some persons are called twice. */
function planNumber(random: SeededRandom): string {
  const behaviour = random.chance(0.75) ? random.pick(talking) : random.pick(others);
  const keys = Array.from({ length: 4 }, () =>
    random.pick(['1', '1', '1', '2', '2', '3', '5', '9', '0', '7', '8']),
  );
  const last = random.chance(0.3) ? random.pick(['1111', '1211', '1001']) : keys.join('');
  return `+919000${behaviour}${last}`;
}
