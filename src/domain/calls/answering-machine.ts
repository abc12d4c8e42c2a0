/**
 * How an answering machine, or an operator's announcement after the answer, is told from a person while our own words play: it begins to speak at
 * once, speaks on without a break whatever is said to it, and then stops. A person says «hello?» and listens.
 *
 * Whoever is taken for a machine is hung up on, so every doubt is for the person:
 *
 * - The whole stretch must have been heard, its end too. Noise that never stops (a bus, a fan, rain on a tin roof) is no greeting, and would
 *   otherwise make the same person a machine at every attempt.
 * - It must have begun soon after the answer: later on, somebody talks to others in the room.
 * - It counts from the answer: a caller tune, which many phones in India play while they ring, is nobody's greeting.
 * - A key, or a message that was recorded, proves a person for good; and once the flow has asked somebody to speak, speech proves nothing. Both
 *   the engine knows (`machine_detected`).
 *
 * The price is that a machine with a short greeting, or one that goes on for ever, is spoken to as a person would be.
 */
export interface Stretch {
  /** First sound, in milliseconds since 1970. */
  from: number;
  /** Last sound. Shorter pauses lie within: see `Telephony`. */
  until: number;
}

/**
 * «Hello? Yes? Who is speaking?» in one breath takes three seconds; the greetings of machines take five to thirty. Where Asterisk hears speech
 * from its first frame on, though nobody speaks yet, it errs by less than a second.
 */
const longestHelloMs = 5_000;
/** Machines begin within a second or two. A pause after a name («This is Ravi. … I cannot take your call») begins a stretch anew. */
const opensWithinMs = 6_000;

export function soundsLikeMachine({ from, until }: Stretch, answeredAt: number): boolean {
  const heardFrom = Math.max(from, answeredAt);
  return mayTurnOutMachine(from, answeredAt) && until - heardFrom >= longestHelloMs;
}

/** Whether somebody who has been speaking since `from` may yet turn out to be a machine. */
export function mayTurnOutMachine(from: number, answeredAt: number): boolean {
  return from - answeredAt <= opensWithinMs;
}
