import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { DatabaseLine } from './database-line.ts';
import type { GatePoint, ProcessGate } from './process-gate.ts';

/** As it was sent; a name where it is a prepared one. */
export interface Statement {
  name: string;
  text: string;
  values: readonly unknown[];
}

export interface RealDatabase {
  /** Connections to the server. They outlive processes: what a process loses is only its own use of them. */
  pool: Pool;
  line: DatabaseLine;
  /** A statement was done, and nobody else has done anything since; told before the reply is on its way. */
  onDone: (statement: Statement, result: QueryResult, client: PoolClient) => Promise<void>;
  /** A statement of which the process does not come to know whether it was done: `before`, it was not; `after`, it was. */
  onLost: (statement: Statement, stage: GatePoint['stage']) => void;
  /** These were committed, and others see what they did: all of a transaction, or one statement alone. Told after `onDone`. */
  onCommitted?: (statements: readonly Statement[], client: PoolClient) => Promise<void>;
}

/** What a request to the database is called at the gate: `sql` and the name of the statement. */
export const connecting = 'sql connect';

/**
 * The pool of one process. Each of its statements may be cut on its way there, and then nothing of it happened, or on its way back, when all of it did; in
 * a transaction that is not committed then, nothing of that. A process that dies has the statement under way done, and no other: its transaction is
 * undone, as the server does it that finds a connection closed. Time passes only before a connection is had, so that nobody waits for somebody's lock while time
 * stands still.
 */
export function gatedPool(gate: ProcessGate, database: RealDatabase): Pool {
  const connect = async (): Promise<GatedConnection> => {
    await gate.pass({ operation: connecting, stage: 'before' }, broken);
    const leave = await database.line.enter();
    if (!gate.alive) return gone(leave);
    try {
      const client = await database.line.reply(database.pool.connect());
      return new GatedConnection(gate, { ...database, client, leave });
    } catch (error) {
      leave();
      throw error;
    }
  };
  return { connect, end: () => Promise.resolve() } as unknown as Pool;
}

/** While it is used, its process has the line to the database. */
type Used = Omit<RealDatabase, 'pool'> & { client: PoolClient; leave: () => void };

class GatedConnection {
  readonly #gate: ProcessGate;
  readonly #real: Used;
  /** What was done in the transaction that is open; null where none is. */
  #transaction: Statement[] | null = null;
  #isBroken = false;
  #isReleased = false;

  constructor(gate: ProcessGate, real: Used) {
    this.#gate = gate;
    this.#real = real;
  }

  async query(asked: QueryConfig | string, values?: unknown[]): Promise<QueryResult> {
    const statement = statementOf(asked, values);
    if (this.#isBroken) throw broken();
    await this.#pass(statement, 'before');
    const result = await this.#real.line.reply(
      this.#do(statement, () => this.#real.client.query(asked as QueryConfig, values)),
    );
    await this.#pass(statement, 'after');
    return result;
  }

  async #do(statement: Statement, query: () => Promise<QueryResult>): Promise<QueryResult> {
    const result = await query();
    const committed = this.#committedBy(statement);
    await this.#real.onDone(statement, result, this.#real.client);
    if (committed.length > 0) await this.#real.onCommitted?.(committed, this.#real.client);
    return result;
  }

  release(): void {
    void this.#release();
  }

  /** A process dies here at once, or not at all: no statement takes any of the world's time. */
  async #pass(statement: Statement, stage: GatePoint['stage']): Promise<void> {
    const passed = this.#gate.pass({ operation: `sql ${statement.name}`, stage }, () => {
      this.#isBroken = true;
      this.#real.onLost(statement, stage);
      return broken();
    });
    if (!this.#gate.alive) {
      this.#real.onLost(statement, stage);
      await gone(() => this.release());
    }
    await passed;
  }

  #committedBy(statement: Statement): readonly Statement[] {
    const { name } = statement;
    const before = this.#transaction;
    const begins = name === 'begin' || name === 'start';
    const ends = name === 'commit' || name === 'rollback';
    if (begins || ends) this.#transaction = begins ? [] : null;
    else before?.push(statement);
    if (name === 'commit') return before ?? [];
    return before === null && !begins && !ends ? [statement] : [];
  }

  async #release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const { client, line, leave } = this.#real;
    // where even that cannot be done, the server itself is away
    const undone = this.#transaction !== null ? line.reply(client.query('rollback')) : Promise.resolve();
    const isBroken = await undone.then(
      () => false,
      () => true,
    );
    client.release(isBroken);
    leave();
  }
}

function statementOf(asked: QueryConfig | string, values: readonly unknown[] = []): Statement {
  const text = typeof asked === 'string' ? asked : asked.text;
  const [firstWord = ''] = /[a-z]+/.exec(text) ?? [];
  if (typeof asked === 'string') return { name: firstWord, text, values };
  return { name: asked.name ?? firstWord, text, values: (asked.values ?? []) as unknown[] };
}

/** Nothing comes to who is dead. */
function gone(leave: () => void): Promise<never> {
  leave();
  return new Promise(() => undefined);
}

/** As a socket fails: without a code of the server's. */
function broken(): Error {
  return new Error('the connection broke');
}
