import type { KeptMove } from './world-database.ts';

/** JSON of a session that is stored, of a flow of six steps or so in which little is said: however long the talk goes on. */
export const mostSessionLetters = 2_000;

/** How much is kept of talks, move by move. */
export class TalkSizes {
  /** Of the longest session that was stored. */
  mostSessionLetters = 0;
  timelineLines = 0;

  readonly note = ({ call, timeline }: KeptMove): void => {
    this.timelineLines += timeline.length;
    if (call.state.status !== 'in_progress') return;
    const letters = JSON.stringify(call.state.session).length;
    this.mostSessionLetters = Math.max(this.mostSessionLetters, letters);
  };
}
