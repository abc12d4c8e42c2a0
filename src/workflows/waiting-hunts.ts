import type { PersonHash } from '../domain/calls/call.ts';

/** Somebody waits for an agent. */
export interface WaitingHunt {
  readonly transferId: string;
  /** When they began to wait. */
  readonly since: number;
}

/**
 * Those in this process who wait because nobody of their queue was free when they last looked. Whoever came first has the agents of that queue kept for
 * them until they look again: a moment.
 */
export class WaitingHunts {
  readonly #agentsOf = new Map<WaitingHunt, ReadonlySet<PersonHash>>();

  /** None of these was free. */
  wait(hunt: WaitingHunt, agents: ReadonlySet<PersonHash>): void {
    this.#agentsOf.set(hunt, agents);
  }

  /** They look again, or wait no more. */
  leave(hunt: WaitingHunt): void {
    this.#agentsOf.delete(hunt);
  }

  /** Whether nobody who came before them waits for this agent. */
  isFirst(hunt: WaitingHunt, agent: PersonHash): boolean {
    for (const [other, agents] of this.#agentsOf)
      if (agents.has(agent) && cameBefore(other, hunt)) return false;
    return true;
  }
}

function cameBefore(one: WaitingHunt, other: WaitingHunt): boolean {
  return one.since < other.since || (one.since === other.since && one.transferId < other.transferId);
}
