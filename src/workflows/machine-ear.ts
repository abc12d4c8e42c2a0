import { mayTurnOutMachine, soundsLikeMachine } from '../domain/calls/answering-machine.ts';
import type { LegEvent } from '../telephony/telephony.ts';

export type TalkingEvent = Extract<LegEvent, { type: 'talking_started' | 'talking_ended' }>;

/**
 * Listens to one leg for an answering machine. Only what was heard from its beginning to its end counts: whoever takes a leg up again, or lost the
 * connection to it, begins anew, since a key may have been pressed meanwhile.
 */
export class MachineEar {
  #speakingSince: number | null = null;

  /** Whether what has just ended was a machine's greeting. */
  hear(event: TalkingEvent, answeredAt: number | null): boolean {
    const from = this.#speakingSince;
    this.#speakingSince = event.type === 'talking_started' ? event.at : null;
    if (event.type === 'talking_started' || from === null || answeredAt === null) return false;
    return soundsLikeMachine({ from, until: event.until }, answeredAt);
  }

  /** Somebody has been speaking since the beginning, and may yet turn out to be a machine. */
  isInDoubt(answeredAt: number | null): boolean {
    const from = this.#speakingSince;
    return from !== null && answeredAt !== null && mayTurnOutMachine(from, answeredAt);
  }

  loseTrack(): void {
    this.#speakingSince = null;
  }
}
