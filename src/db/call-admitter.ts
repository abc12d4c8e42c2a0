import type { Pool } from 'pg';
import type { CallPerson, PersonHash } from '../domain/calls/call.ts';
import { liveAttempt } from '../domain/calls/call-moves.ts';
import { assert } from '../lib/assert.ts';
import { handingOver, type MadeDelivery } from './hand-over.ts';
import type { Admission, KnownCaller } from './ledger.ts';
import { daysOf, newCallRowOf, partsOf } from './move-rows.ts';
import { admitCall } from './move-statements.ts';
import type { MoveWriterDependencies } from './move-writer.ts';
import { isRefusal, runQuery, sqlState, withClient } from './run-query.ts';
import type { Vault } from './vault.ts';

interface AdmitRow {
  admitted: boolean;
  deliveries: MadeDelivery[] | null;
}

/** See `Ledger.admit`: the call, its leg, the number in the vault and what is reported, in one statement. */
export async function storeAdmission(
  deps: MoveWriterDependencies & { vault: Vault },
  { transition, number, lease }: Admission,
): Promise<'committed' | 'lost_race'> {
  const { call } = transition;
  const leg = liveAttempt(call)?.id;
  assert(leg, 'who is answered has a leg');
  assert(
    number === null || call.person === deps.vault.personOf(number),
    'the person is the hash of its number',
  );
  await deps.days.ensure(daysOf([transition]));
  const handing = handingOver(deps.handsOver);
  const values = [
    JSON.stringify(newCallRowOf(transition)),
    ...partsOf([transition], deps.stored),
    number === null ? null : deps.vault.seal(number, call.person),
    ...[handing.parameter, lease.asterisk, lease.epoch, leg],
  ];
  const query = { name: 'admit_call', text: admitCall, values };
  const row = await withClient(
    deps.pool,
    async (client) => (await runQuery<AdmitRow>(client, query))[0],
  ).catch((error: unknown) => {
    // the same statement at the same time: its reply was lost, and it was tried again
    if (isRefusal(error, sqlState.uniqueViolation, 'calls_pkey')) return null;
    throw error;
  });
  if (row?.admitted !== true) return 'lost_race';
  deps.onKept(call);
  handing.made(row.deliveries, transition.events);
  return 'committed';
}

const whoCallsSql = `
select
  (select c.language from calls c join attempts a on a.call_id = c.id
    where c.person = $1 and a.answered_at is not null order by c.id desc limit 1) as language,
  (select c.request->'people' from calls c
    where c.person = $1 and jsonb_array_length(c.request->'people') > 0 order by c.id desc limit 1) as people,
  (select count(*)::int from attempts a where a.trunk = $2 and a.ended_at is null)
  + (select count(*)::int from transfers f where f.trunk = $2 and f.ended_at is null) as live_on_trunk`;

/** See `Ledger.whoCalls`. */
export async function whoCalls(
  pool: Pool,
  caller: { person: PersonHash; trunk: string },
): Promise<KnownCaller> {
  const query = { name: 'who_calls', text: whoCallsSql, values: [caller.person, caller.trunk] };
  type Row = { language: string | null; people: CallPerson[] | null; live_on_trunk: number };
  const [row] = await withClient(pool, (client) => runQuery<Row>(client, query));
  assert(row, 'the statement returns one row');
  return { language: row.language, people: row.people ?? [], liveOnTrunk: row.live_on_trunk };
}
