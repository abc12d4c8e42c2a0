import type { Call } from '../domain/calls/call.ts';
import type { CallView } from '../domain/calls/call-view.ts';
import { rankTrunks } from '../domain/calls/choose-trunk.ts';
import type { Trunk } from '../domain/calls/trunk.ts';
import { parsePhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { describeTrunks, type TrunkBoard } from './trunk-board.ts';

export interface WhyItWaitsDependencies {
  trunks: readonly Trunk[];
  trunkBoard: Pick<TrunkBoard, 'isOpen' | 'tell'>;
}

/** Why a call that waits will not be dialled yet, where that is because no trunk that serves it is open. */
export function whyItWaits(
  deps: WhyItWaitsDependencies,
  call: Call,
  number: string | null,
): CallView['problem'] {
  const isWaiting = call.state.status === 'queued' || call.state.status === 'waiting_retry';
  const parsed = parsePhoneNumber(number ?? '');
  if (!isWaiting || parsed.result === 'refused') return null;
  const requested = { trunk: call.trunk, callerId: call.callerId };
  const ranked = rankTrunks(deps.trunks, { number: parsed.number, purpose: call.purpose, requested });
  if ('result' in ranked) return null;
  const names = new Set(ranked.map(({ trunk }) => trunk.name));
  const seed = `${call.id}/${call.attempts.length}`;
  if ([...names].some((name) => deps.trunkBoard.isOpen(name, seed))) return null;
  const news = describeTrunks(deps.trunkBoard.tell().filter(({ name }) => names.has(name)));
  return {
    code: 'no_trunk_open',
    detail: `No trunk that serves it is open: ${news ?? 'they are being tried'}`,
  };
}
