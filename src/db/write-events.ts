import { sql, type Kysely } from 'kysely';
import type { StoredEvent } from '../domain/calls/call-event.ts';
import { eventRowOf } from './move-rows.ts';
import { deliveriesOfEvents, handNothingOver } from './move-statements.ts';
import type { Schema } from './schema.ts';
import { eventColumns, eventRecord } from './written-columns.ts';

/**
 * Appends events that belong to no call, with their deliveries, in the caller's transaction. The partition of their day must exist.
 *
 * @throws what the driver throws: it is translated where the transaction is
 */
export async function writeEvents(query: Kysely<Schema>, events: readonly StoredEvent[]): Promise<void> {
  const rows = JSON.stringify(events.map(eventRowOf));
  await sql`
    with events_written as (
      insert into events (${sql.raw(eventColumns)})
      select * from jsonb_to_recordset(${rows}::jsonb) as e(${sql.raw(eventRecord)})
      returning day, id, type, call_id, sequence, at
    ), ${sql.raw(handNothingOver)}, ${sql.raw(deliveriesOfEvents)}
    select count(*) from deliveries_made`.execute(query);
}
