import type { Call } from '../domain/calls/call.ts';
import type { FrequencyCap } from '../domain/calls/frequency-cap.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { IdSource } from '../domain/ids.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Ledger } from '../db/ledger.ts';
import type { Telephony } from '../telephony/telephony.ts';
import type { AnswerLineDependencies } from './answer-line.ts';
import type { CallRenditions } from './call-renditions.ts';
import type { HeldLease } from './held-lease.ts';
import type { IncomingCalls } from './incoming-calls.ts';
import type { LiveCallDependencies } from './live-call.ts';
import type { Ways } from './ways.ts';

type FromLiveCalls = Pick<
  LiveCallDependencies,
  | 'sounds'
  | 'randomDigits'
  | 'lookUp'
  | 'announceRecordings'
  | 'onPromptSaid'
  | 'personOf'
  | 'callingHours'
  | 'waitingHunts'
>;

export interface CallRunnerDependencies extends FromLiveCalls {
  ledger: Ledger;
  telephony: Telephony;
  /** Of the Asterisk that is driven. */
  lease: HeldLease;
  /** Most live attempts on it. */
  mostLive: number;
  clock: Clock;
  ids: IdSource;
  log: Log;
  trunks: readonly Trunk[];
  /** Which of them are open; left out: all. */
  ways?: Ways;
  /** How often a person's phone may ring; null for no limit. */
  frequencyCap: FrequencyCap | null;
  words: BuiltInWords;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  flowNamed: AnswerLineDependencies['flowNamed'];
  strangerOf: AnswerLineDependencies['strangerOf'];
  renditionsFor: (codec: Trunk['codec']) => CallRenditions;
  /** Why nobody may be called though the network is there, such as a full disk; null while all is well. */
  holdBack: () => string | null;
  onAttemptEnded: (call: Call) => void;
  /** Whoever calls us. */
  incoming: Pick<IncomingCalls, 'receive' | 'takeUp' | 'drain'>;
  /** A pass of the dialler may find something to do. */
  wakeDialler: () => void;
  /** Legs must be compared with what is on record. */
  wakeTakeUp: () => void;
}
