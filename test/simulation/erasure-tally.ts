import type { Call } from '../../src/domain/calls/call.ts';
import type { WatchedErasure } from './kept-erasure.ts';

/** How many erasures of a world … */
export interface ErasureTally {
  done: number;
  /** … were pending when a process died. */
  metCrash: number;
  /** … reached a call whose phone rang or talked. */
  onTheLine: number;
  /** … reached a call that waited for another try. */
  retrying: number;
  /** … are of somebody who was called anew. */
  calledAnew: number;
  /** … are of somebody who had said no. */
  optedOut: number;
  /** … reached several calls. */
  severalCalls: number;
  /** … reached a call of a campaign. */
  ofCampaign: number;
  /** … are of somebody of whom there was nothing. */
  ofNobody: number;
}

export function erasureTally(
  erasures: readonly WatchedErasure[],
  newer: (erasure: WatchedErasure) => readonly Call[],
): ErasureTally {
  const done = erasures.filter(({ wasDone }) => wasDone);
  const count = (is: (erasure: WatchedErasure) => boolean): number => done.filter(is).length;
  const isIn = (...states: Call['state']['status'][]) =>
    count(({ reached }) => reached.some(({ state }) => states.includes(state.status)));
  return {
    done: done.length,
    metCrash: count(({ crashes }) => crashes > 0),
    onTheLine: isIn('dialing', 'in_progress'),
    retrying: isIn('waiting_retry'),
    calledAnew: count((erasure) => newer(erasure).length > 0),
    optedOut: count(({ saidNo }) => saidNo),
    severalCalls: count(({ reached }) => reached.length > 1),
    ofCampaign: count(({ reached }) => reached.some(({ campaignId }) => campaignId !== null)),
    ofNobody: count(({ reached }) => reached.length === 0),
  };
}
