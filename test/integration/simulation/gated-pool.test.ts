import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { Pool } from 'pg';
import { inTransaction, runQuery, withClient } from '../../../src/db/run-query.ts';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import { createTestDatabase } from '../../support/database.ts';
import { DatabaseLine } from '../../support/database-line.ts';
import { gatedPool } from '../../support/gated-pool.ts';
import { ProcessGate, type GatePoint, type Weather } from '../../support/process-gate.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
const { hot } = test.database;

type Strike = ReturnType<Weather['strike']>;
let line: DatabaseLine;
let clock: VirtualClock;
/** What happens at a point, once. */
let strikes: Map<string, Strike>;
let lost: string[];
/** Names of statements that were committed together. */
let committed: string[];

beforeEach(async () => {
  await hot.query('create table kept (id text primary key)');
  line = new DatabaseLine();
  clock = new VirtualClock(0, line);
  strikes = new Map();
  lost = [];
  committed = [];
});
afterEach(async () => {
  // nobody is left on it: else this would wait for ever
  await line.idle();
  await hot.query('drop table kept');
});

function poolOfProcess(onDone: (gate: ProcessGate) => void = () => undefined): {
  gate: ProcessGate;
  pool: Pool;
} {
  const strike = ({ operation, stage }: GatePoint): Strike => {
    const due = strikes.get(`${operation} ${stage}`) ?? 'nothing';
    strikes.delete(`${operation} ${stage}`);
    return due;
  };
  const gate = new ProcessGate(clock, { latencyMs: () => 0, strike }, () => undefined);
  const pool = gatedPool(gate, {
    ...{ pool: hot, line },
    onDone: () => {
      onDone(gate);
      return Promise.resolve();
    },
    onCommitted: (statements) => {
      committed.push(statements.map(({ name }) => name).join(' '));
      return Promise.resolve();
    },
    onLost: ({ name }, stage) => lost.push(`${name} ${stage}`),
  });
  return { gate, pool };
}

async function kept(): Promise<string[]> {
  const { rows } = await hot.query<{ id: string }>('select id from kept order by id');
  return rows.map(({ id }) => id);
}

const insert = (id: string) => ({ name: `insert_${id}`, text: 'insert into kept values ($1)', values: [id] });
const one = (pool: Pool, id: string) => withClient(pool, (client) => runQuery(client, insert(id)));
const both = (pool: Pool) =>
  inTransaction(pool, async (client) => {
    await runQuery(client, insert('a'));
    await runQuery(client, insert('b'));
  });

it.each<[string, string, Strike, string[]]>([
  ['on its way there', 'sql insert_a before', 'cut', []],
  ['on its way back', 'sql insert_a after', 'cut', ['a']],
])(
  'a statement whose connection breaks %s fails, and was done only then: %s',
  async (_, point, strike, left) => {
    strikes.set(point, strike);
    await expect(one(poolOfProcess().pool, 'a')).rejects.toThrow(LedgerUnavailable);
    expect(await kept()).toEqual(left);
    expect(lost).toEqual([point.replace('sql ', '')]);
  },
);

it.each<[string, string[]]>([
  ['sql begin after', []],
  ['sql insert_a after', []],
  ['sql insert_b before', []],
  ['sql commit before', []],
  ['sql commit after', ['a', 'b']],
])('a transaction whose connection breaks at «%s» is kept whole or not at all', async (point, left) => {
  strikes.set(point, 'cut');
  await expect(both(poolOfProcess().pool)).rejects.toThrow(LedgerUnavailable);
  expect(await kept()).toEqual(left);
});

it.each<[string, string[]]>([
  ['sql insert_a before', []],
  ['sql insert_b after', []],
  ['sql commit before', []],
  ['sql commit after', ['a', 'b']],
])('a process that dies at «%s» comes to know of nothing, and holds nobody up', async (point, left) => {
  strikes.set(point, 'crash');
  const { gate, pool } = poolOfProcess();
  let heard = false;
  const note = (): void => void (heard = true);
  both(pool).then(note, note);
  await clock.advanceBy(1_000);
  expect(gate.alive).toBe(false);
  await one(poolOfProcess().pool, 'c');
  expect(await kept()).toEqual([...left, 'c']);
  expect(heard).toBe(false);
});

it.each<[string, Strike, string[]]>([
  ['sql commit after', 'cut', ['insert_a insert_b', 'insert_c']],
  ['sql insert_b after', 'cut', ['insert_c']],
  ['sql insert_b after', 'crash', ['insert_c']],
])(
  'what a transaction did is told of when it is committed, and else never: %s, %s',
  async (point, strike, told) => {
    strikes.set(point, strike);
    both(poolOfProcess().pool).catch(() => undefined);
    await clock.advanceBy(1_000);
    await one(poolOfProcess().pool, 'c');
    expect(committed).toEqual(told);
  },
);

it('a process that is killed while a statement is under way has that done, and no other', async () => {
  const { pool } = poolOfProcess((gate) => gate.kill());
  const heard: string[] = [];
  for (const id of ['a', 'b']) void one(pool, id).finally(() => heard.push(id));
  await clock.advanceBy(1_000);
  expect(await kept()).toEqual(['a']);
  expect(heard).toEqual([]);
});

it('the time of the world stands still until whoever waits for the line had their turn', async () => {
  const { pool } = poolOfProcess();
  const doneAt: number[] = [];
  for (const id of ['a', 'b', 'c']) void one(pool, id).then(() => doneAt.push(clock.now()));
  const busy = line.busy;
  let tickedAfter = -1;
  clock.setTimer(1, () => (tickedAfter = doneAt.length));
  await clock.advanceBy(10);
  expect({ busy, tickedAfter, doneAt }).toEqual({ busy: false, tickedAfter: 3, doneAt: [0, 0, 0] });
});
