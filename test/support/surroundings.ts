import type { attemptsInNeed } from '../../src/db/attempts-in-need.ts';
import type { CampaignStore } from '../../src/db/campaign-store.ts';
import type { ErasureStore } from '../../src/db/erasure-store.ts';
import type { FlowStore } from '../../src/db/flow-store.ts';
import type { Ledger } from '../../src/db/ledger.ts';
import type { TrunkStore } from '../../src/db/trunk-store.ts';
import type { PersonHash } from '../../src/domain/calls/call.ts';
import type { FrequencyCap } from '../../src/domain/calls/frequency-cap.ts';
import type { Trunk } from '../../src/domain/calls/trunk.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Log } from '../../src/lib/log.ts';
import type { CallRenditions } from '../../src/workflows/call-renditions.ts';
import type { DialFault } from '../../src/telephony/simulator/simulator.ts';
import type { DialRequest } from '../../src/telephony/telephony.ts';
import type { MissedCalls } from '../../src/db/missed-calls.ts';
import type { Line, LineNumber } from '../../src/domain/lines/line.ts';
import type { SoundStore } from '../../src/recordings/sound-store.ts';
import type { LookupClient } from '../../src/webhooks/look-up.ts';
import type { PhoneNetwork } from './gated-telephony.ts';
import type { ProcessGate, Weather } from './process-gate.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What is kept of calls and their like. */
export interface Stores {
  ledger: Ledger;
  /** How trunks are; left out: nobody watches them. */
  trunkStore?: TrunkStore;
  /** Left out: there are none. */
  campaigns?: CampaignStore;
  /** Left out: nobody can be forgotten. */
  erasures?: {
    store: ErasureStore;
    attemptsInNeed: (asked: Parameters<typeof attemptsInNeed>[1]) => ReturnType<typeof attemptsInNeed>;
  };
}

/** What outlives a process, and what it is given by the machine. */
export interface Surroundings {
  clock: Clock;
  /** As the process of this gate reaches them. */
  stores: (gate: ProcessGate) => Stores;
  flows: FlowStore;
  network: PhoneNetwork;
  weather: Weather;
  dialFault: () => DialFault | null;
  /** A process asks for an INVITE, which may be lost on its way. */
  onDial: (request: DialRequest) => void;
  random: SeededRandom;
  trunks: readonly Trunk[];
  frequencyCap?: FrequencyCap | null;
  words: BuiltInWords;
  renditions: CallRenditions;
  /** Whom a number belongs to; by default `personOf`. */
  personOf?: (number: string) => PersonHash;
  /** As in the service; by default nothing does. */
  holdBack?: () => string | null;
  /** Whether nobody else can have its Asterisk; by default nobody has. */
  isLeaseSafe?: () => boolean;
  log: Log;
  /** How long a job waits that usually waits `usualMs`: longer, where nothing can be due before. */
  pauseMs: (usualMs: number, job: string) => number;
  /** How often legs are compared with the record, at most. */
  takeUpEveryMs: number;
  onCrash: () => void;
  sounds?: SoundStore;
  /** Where nobody calls, there is neither of these. */
  missedCalls?: MissedCalls;
  lines?: ReadonlyMap<LineNumber, Line>;
  lookUp?: LookupClient['lookUp'];
}
