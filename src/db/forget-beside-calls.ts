import { firstIdAt } from '../domain/ids.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { forgetEvents } from './forget-calls.ts';
import { idsOf, type RunSql } from './run-sql.ts';

/** Nobody takes a call-back of theirs while this transaction runs. */
const lockCallers = `select placing_until > $2 as placing from line_callers where person = $1 order by line for update`;

/** A call-back that was placed for one of their missed calls, and is to be forgotten first: nothing tells of it when the missed call is nobody's. */
const callBackLeft = `
select c.id from missed_calls m join idempotency_keys k on k.owner = 'missed-calls' and k.key = m.id join calls c on c.id = k.call_id
where m.person = $1 and m.received_at <= $2 and c.person = $1 limit 1`;

const forgetMissedCalls = `
update missed_calls m set person = 'erased~' || right(m.id, 15),
  call_back = case when m.call_back = 'due' then 'dropped' else m.call_back end,
  call_back_problem = case when m.call_back = 'due' then 'the number was erased' else m.call_back_problem end
where m.person = $1 and m.received_at <= $2 returning m.id`;

/** By their ids: the instant of a yes that was imported is whatever the file says. */
const deleteOptIns = `delete from opt_ins where person = $1 and id < $2 returning id`;
const deleteRequests = `delete from call_back_requests where person = $1 and requested_at <= $2 returning id`;
const deleteLifted = `delete from lifted_opt_outs where person = $1 and lifted_at <= $2 returning id`;
/** They stay in force. By which call, missed call or line they came would lead from the person to what is nobody's any more. */
const detachOptOuts = `
update opt_outs set call_id = null, missed_call_id = null, line = null where person = $1 and created_at <= $2 returning id`;
const deleteCallers = `delete from line_callers where person = $1 and (original_at is null or original_at <= $2)`;
/** Somebody who was called for others. */
const forgetCallees = `
update transfers set callee = 'erased~' || right(id, 15) where callee = $1 and ended_at is not null and started_at <= $2`;

/** As the index has it. */
const readEvents = `
select id, day, body from events where call_id is null
and coalesce(body::json #>> '{data,missed_call,id}', body::json #>> '{data,opt_in}', body::json #>> '{data,opt_out}',
  body::json #>> '{data,call_back_request,id}') = any($1)`;

const noteGone = `
update erasures set records_gone_at = $2, quiet_at = greatest(quiet_at, $3::timestamptz) where id = $1`;

/** Longer than the lease by which a process may hold a delivery that was not sent (`deliver-events.ts`). */
const heldForMs = 20_000;

/**
 * Missed calls, opt-ins, requests to be called, opt-outs that were deleted: what is on record of a person beside calls. To be run in a transaction,
 * when all their calls are forgotten.
 *
 * @throws LedgerUnavailable
 */
export async function forgetBesideCalls(
  run: RunSql,
  { erasure, now }: { erasure: Erasure; now: number },
): Promise<'forgotten' | 'waiting'> {
  const { person } = erasure;
  const until = isoInstant(erasure.reachesUntil);
  const ids = (text: string, values: unknown[] = [person, until]): Promise<string[]> =>
    idsOf(run, text, values);
  const callers = await run<{ placing: boolean }>(lockCallers, [person, isoInstant(now)]);
  if (callers.some(({ placing }) => placing) || (await ids(callBackLeft)).length > 0) return 'waiting';
  const subjects = [
    ...(await ids(forgetMissedCalls)),
    ...(await ids(deleteOptIns, [person, firstIdAt('opi', erasure.reachesUntil + 1)])),
    ...(await ids(deleteRequests)),
    ...(await ids(deleteLifted)),
    ...(await ids(detachOptOuts)),
  ];
  await ids(deleteCallers);
  await ids(forgetCallees);
  const changed = await forgetEvents(run, readEvents, [subjects]);
  await ids(noteGone, [erasure.id, isoInstant(now), changed === 0 ? null : isoInstant(now + heldForMs)]);
  return 'forgotten';
}
