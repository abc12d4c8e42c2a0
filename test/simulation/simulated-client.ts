import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { CallId } from '../../src/domain/ids.ts';
import { assert } from '../../src/lib/assert.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { wait, within } from '../../src/lib/wait.ts';
import type { SimulatedGateway } from '../support/simulated-gateway.ts';
import type { PlannedCall } from './world-plan.ts';

/** A process, as whoever asks it for something sees it. */
export type Asked = Pick<SimulatedGateway, 'accept' | 'cancel' | 'campaigns'> &
  Partial<Pick<SimulatedGateway, 'erasures'>>;

export interface ClientWorld {
  clock: Clock;
  /** The process that takes requests now; null while none does. */
  gateway: () => Asked | null;
  accepted: (id: CallId) => void;
  cancelled: (id: CallId) => void;
  note: (line: string) => void;
  report: (violation: string) => void;
}

/** Longer than the API takes for its slowest answer, a cancellation that cannot be proven. */
const patienceMs = 12_000;
const againAfterMs = 1_000;

/** What may become impossible while the gateway is away. */
const timePointers = ['/not_after', '/calling_hours'];

/** An orchestrator that asks for one call, again and again until it has an answer, as its idempotency key lets it; and may cancel it. */
export async function playClient(world: ClientWorld, planned: PlannedCall): Promise<void> {
  await wait(world.clock, planned.at);
  const repeats = planned.repeatsAfterMs.map(async (afterMs) => {
    await wait(world.clock, afterMs);
    return acceptSurely(world, planned);
  });
  const id = await acceptSurely(world, planned);
  // Also a repeat that comes when the request's own time is over gets the answer of then.
  for (const other of await Promise.all(repeats))
    if (other !== id) world.report(`${planned.key} gave ${String(id)} and ${String(other)}`);
  if (id !== null && planned.cancel) await cancelSurely(world, id, planned.cancel);
}

async function acceptSurely(world: ClientWorld, { key, body }: PlannedCall): Promise<CallId | null> {
  for (;;) {
    const answer = await ask(world, (gateway) => gateway.accept({ key, body }));
    world.note(`client ${key}: ${answer.result}`);
    switch (answer.result) {
      case 'accepted': {
        const id = answer.call.view.id as CallId;
        world.accepted(id);
        return id;
      }
      case 'still_running':
        await wait(world.clock, againAfterMs);
        continue;
      case 'invalid':
        if (!answer.faults.every(({ pointer }) => timePointers.includes(pointer)))
          world.report(`${key} was refused: ${JSON.stringify(answer.faults)}`);
        return null;
      case 'key_reused':
        world.report(`${key} was taken for another request`);
        return null;
      case 'already_there':
      case 'campaign_over':
        world.report(`${key} was refused for its campaign: ${answer.result}`);
        return null;
      case 'window_full':
        world.report(`${key} was refused though nothing waits that it could not be called behind`);
        return null;
    }
  }
}

async function cancelSurely(
  world: ClientWorld,
  id: CallId,
  cancel: { afterMs: number; hangUp: boolean },
): Promise<void> {
  await wait(world.clock, cancel.afterMs);
  const answer = await ask(world, (gateway) => gateway.cancel({ id, hangUp: cancel.hangUp }));
  world.note(`client cancels ${id}: ${answer.result}`);
  if (answer.result === 'cancelled') world.cancelled(id);
  if (answer.result === 'not_found') world.report(`${id} was accepted, and cannot be found`);
}

/** Asks until there is an answer. */
export async function ask<T>(world: ClientWorld, request: (gateway: Asked) => Promise<T>): Promise<T> {
  for (;;) {
    const gateway = world.gateway();
    const answer = gateway === null ? null : await answerOf(world, request(gateway));
    if (answer !== null) return answer;
    await wait(world.clock, againAfterMs);
  }
}

/** Null where none came: the process died, or its database was away. */
async function answerOf<T>(world: ClientWorld, request: Promise<T>): Promise<T | null> {
  try {
    const answer = await within(world.clock, patienceMs, request);
    return answer === 'timed_out' ? null : answer;
  } catch (error) {
    assert(
      error instanceof LedgerUnavailable,
      `a request fails only for want of the database, not: ${String(error)}`,
    );
    return null;
  }
}
