import type { DialFault } from '../../src/telephony/simulator/simulator.ts';
import { telephonyOperations } from '../support/gated-telephony.ts';
import { connecting } from '../support/gated-pool.ts';
import type { GatePoint, Weather } from '../support/process-gate.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { FaultRates } from './world-plan.ts';

const toTheNetwork: ReadonlySet<string> = new Set(telephonyOperations);
/** Asked again and again where nothing happens: faults are kept for the others. */
const idleOperations: ReadonlySet<string> = new Set([
  ...['dueCalls', 'expiredCalls'],
  ...['sql due_calls_fair', 'sql due_calls_after', 'sql load_calls_expired'],
]);
const idleShare = 0.1;

const mostCrashes = 6;
const mostCuts = 300;

/** Draws what goes wrong, and how long things take. Not without end: a world must come to rest. */
export class SimulatedWeather implements Weather {
  readonly #random: SeededRandom;
  #rates: FaultRates;
  readonly #loseConnection: () => void;
  #crashes = 0;
  #cuts = 0;
  /** The database is away. */
  outage = false;
  /** Requests to the database consist of statements, and each of those may fail; else each request as a whole. */
  cutsStatements = false;

  constructor(random: SeededRandom, rates: FaultRates, loseConnection: () => void) {
    this.#random = random;
    this.#rates = rates;
    this.#loseConnection = loseConnection;
  }

  /** From now on nothing goes wrong. */
  clear(): void {
    this.#rates = { ...this.#rates, crash: 0, ledgerCut: 0, connectionCut: 0, dialFault: 0, slowLedger: 0 };
  }

  latencyMs({ operation }: GatePoint): number {
    const { longestLatencyMs, slowLedger } = this.#rates;
    if (operation.startsWith('sql ')) return this.#statementMs(operation);
    const isTelephony = toTheNetwork.has(operation);
    if (!isTelephony && this.#random.chance(slowLedger)) return this.#random.integer(200, 3_000);
    return longestLatencyMs === 0 ? 0 : this.#random.integer(0, isTelephony ? 3 : longestLatencyMs);
  }

  /** A request that needs several has each come late; what is slow about it, it is as a whole. */
  #statementMs(operation: string): number {
    return operation === connecting ? this.#random.integer(0, this.#rates.longestLatencyMs) : 0;
  }

  strike({ operation, stage }: GatePoint): 'nothing' | 'cut' | 'crash' {
    const isTelephony = toTheNetwork.has(operation);
    if (!isTelephony && this.outage && stage === 'before') return 'cut';
    if (operation === connecting) return 'nothing';
    if (!isTelephony && this.cutsStatements !== operation.startsWith('sql ')) return 'nothing';
    const share = idleOperations.has(operation) ? idleShare : 1;
    if (this.#crashes < mostCrashes && this.#random.chance(this.#rates.crash * share)) {
      this.#crashes += 1;
      return 'crash';
    }
    const { connectionCut, ledgerCut } = this.#rates;
    if (this.#cuts >= mostCuts || !this.#random.chance((isTelephony ? connectionCut : ledgerCut) * share))
      return 'nothing';
    this.#cuts += 1;
    if (isTelephony) this.#loseConnection();
    return 'cut';
  }

  dialFault(): DialFault | null {
    if (!this.#random.chance(this.#rates.dialFault)) return null;
    return this.#random.pick(['refused', 'unsure_sent', 'unsure_lost']);
  }
}
