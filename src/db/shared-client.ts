import type { Pool, PoolClient } from 'pg';
import { translated } from './run-query.ts';

interface Shared {
  client: Promise<PoolClient>;
  users: number;
  /** A statement failed on it: it may have lost its server. */
  isBroken: boolean;
}

/**
 * Lets all who work at the same time share one connection of the pool. On a pipelined one their statements are sent as they come, and the server goes
 * from one to the next without waiting for the program between; each is a transaction of its own. Once one has failed, whoever comes next gets
 * another connection.
 */
export function shareClient(pool: Pool): <T>(work: (client: PoolClient) => Promise<T>) => Promise<T> {
  let shared: Shared | null = null;

  function leave(mine: Shared): void {
    mine.users -= 1;
    if (shared === mine && (mine.isBroken || mine.users === 0)) shared = null;
    // who could not have it at all has nothing to give back
    if (mine.users === 0)
      void mine.client.then((client) => client.release(mine.isBroken)).catch(() => undefined);
  }

  return async (work) => {
    shared ??= { client: translated(() => pool.connect()), users: 0, isBroken: false };
    const mine = shared;
    mine.users += 1;
    try {
      return await work(await mine.client);
    } catch (error) {
      mine.isBroken = true;
      throw error;
    } finally {
      leave(mine);
    }
  };
}
