import type { StoredEvent } from '../../src/domain/calls/call-event.ts';
import type { DialRequest, TelephonyEvent } from '../../src/telephony/telephony.ts';
import { CallWitness } from './call-witness.ts';
import { ErasureWitness } from './erasure-witness.ts';
import { PhoneWitness } from './phone-witness.ts';
import { PilotWitness } from './pilot-witness.ts';
import { TransferWitness } from './transfer-witness.ts';
import { trunkChanges } from './trunk-changes.ts';
import type { KeptMove } from './world-database.ts';
import { longestDoubtMs, longestSilenceMs, type WorldPlan } from './world-plan.ts';

interface WitnessedWorld {
  now: () => number;
  note: (line: string) => void;
  report: (violation: string) => void;
}

/** All who watch a world, and tell what must never happen in it. */
export class WorldWitnesses {
  readonly calls: CallWitness;
  readonly transfers: TransferWitness;
  readonly phones: PhoneWitness;
  readonly pilots: PilotWitness;
  readonly erasures: ErasureWitness;
  readonly #report: (violation: string) => void;

  constructor(plan: WorldPlan, { now, note, report }: WitnessedWorld) {
    this.#report = report;
    this.calls = new CallWitness(report, { now, answersMayChange: plan.answersMayChange });
    this.transfers = new TransferWitness(report);
    this.phones = new PhoneWitness(this.calls, {
      ...{ trunks: plan.trunks, frequencyCap: plan.frequencyCap, now, report },
      longestSilenceMs: longestSilenceMs(plan.rates),
      longestDoubtMs: longestDoubtMs(plan.rates),
      takeUpEveryMs: plan.takeUpEveryMs,
      transfers: this.transfers,
    });
    this.pilots = new PilotWitness(this.calls, { now, report });
    this.erasures = new ErasureWitness(this.calls, { phones: this.phones, now, note, report });
  }

  kept(move: KeptMove): void {
    this.calls.kept(move);
    this.transfers.kept(move);
    this.phones.kept(move.call);
    this.erasures.moved(move.call);
    this.pilots.kept(move);
  }

  invited(request: DialRequest): void {
    this.phones.invited(request);
    this.pilots.invited(this.calls.callOf(request.leg));
  }

  happened(event: TelephonyEvent): void {
    this.phones.happened(event);
  }

  crashed(): void {
    this.phones.voiceLost();
    this.erasures.crashed();
  }

  /** When all is over. @returns how many changes of trunks were reported */
  checkEnd(events: readonly StoredEvent[]): number {
    this.calls.checkEnd(events);
    this.phones.checkEnd();
    this.pilots.checkEnd(events);
    const trunks = trunkChanges(events);
    for (const fault of trunks.faults) this.#report(fault);
    return trunks.count;
  }
}
