import type { AttemptId } from '../ids.ts';
import { maskNumber, parsePhoneNumber } from '../phone-numbers/phone-number.ts';
import type { TransferEnding } from '../flows/transfer.ts';
import type { Call } from './call.ts';
import type { VerdictReason } from './verdict.ts';

/**
 * How a transfer came out: what the flow knows of it, and the attempt by which the other one was called. It counts as no attempt of the call: those
 * reach the person. `to` and `phonesCalled` are null where only its beginning is on record.
 */
export interface EndedTransfer extends Omit<TransferEnding, 'to'> {
  /** E.164: who was joined to the person, or else was called last; of a queue that called nobody, null. */
  to: string | null;
  /** Number of the attempt in which it happened. */
  attempt: number;
  /** Null where nobody was called. */
  leg: AttemptId | null;
  trunk: string | null;
  /** Why the other one's phone was left, where it was called. */
  reason: VerdictReason | null;
  /** How often somebody was called for it. */
  phonesCalled: number | null;
}

export interface TransferView {
  id: string | null;
  step: string;
  to: string | null;
  result: string;
  reason: string | null;
  waited_seconds: number;
  talked_seconds: number;
  attempt: number;
  trunk: string | null;
  phones_called: number | null;
}

/** As it is reported: the number masked, times in whole seconds. */
export function viewTransfer(transfer: EndedTransfer): TransferView {
  const { to } = transfer;
  return {
    id: transfer.leg,
    step: transfer.step,
    to: to === null ? null : masked(to),
    result: transfer.result,
    reason: transfer.reason,
    waited_seconds: Math.round(transfer.waitedMs / 1000),
    talked_seconds: Math.round(transfer.talkedMs / 1000),
    attempt: transfer.attempt,
    trunk: transfer.trunk,
    phones_called: transfer.phonesCalled,
  };
}

/** Those that are not on record yet: a commit whose reply was lost is made again, and nothing is to be reported twice. */
export function freshTransfers(call: Call, transfers: readonly EndedTransfer[]): EndedTransfer[] {
  const running = runningTransfer(call);
  return transfers.filter(({ transferId }) => transferId === running?.transferId);
}

/** The transfer that the call on record is in, if it is in one. */
export function runningTransfer({ state }: Call) {
  return state.status === 'in_progress' ? state.session.transfer : null;
}

/** The call ends, and nobody knows what became of the transfer that it was in. */
export function lostTransfer(call: Call, at: number): EndedTransfer | null {
  const running = runningTransfer(call);
  if (running === null || call.state.status !== 'in_progress') return null;
  const { transferId, since, joinedAt } = running;
  return {
    ...{ transferId, step: call.state.session.step ?? '', to: null, result: 'lost', at },
    waitedMs: Math.max(0, (joinedAt ?? at) - since),
    talkedMs: joinedAt === null ? 0 : Math.max(0, at - joinedAt),
    ...{ attempt: call.state.attempt, leg: null, trunk: null, reason: null, phonesCalled: null },
  };
}

function masked(number: string): string | null {
  const parsed = parsePhoneNumber(number);
  return parsed.result === 'parsed' ? maskNumber(parsed.number) : null;
}
