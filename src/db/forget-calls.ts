import type { Call } from '../domain/calls/call.ts';
import type { TimelineEntry } from '../domain/calls/call-event.ts';
import type { CountedAnswer } from '../domain/privacy/counted-answers.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';
import { forgetInEvent, forgetInReply } from '../domain/privacy/forget-in-event.ts';
import { forgetEntry, forgetPerson } from '../domain/privacy/forget-person.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import { callRowOf } from './call-row.ts';
import { idsOf, type RunSql } from './run-sql.ts';

/** A call that is to be about nobody, and what becomes of it beside that. */
export interface ForgottenCall {
  call: Call;
  /** Of a call of a campaign. */
  answers: readonly CountedAnswer[];
  renditions: readonly PersonalRendition[];
}

/** Words that were spoken to one person, as a file: `sound` is its path under the data directory. */
export interface PersonalRendition {
  sound: string;
  /** SHA-256 of the erasure's id and each value of the call that is in the words, in hex: who else is told the same can be found by it. */
  words: readonly string[];
}

/** Who a call is about when it is about nobody: somebody else in each call, as those who show no number, and no keyed hash of anything. */
const nobody = (id: string): string => `'erased~' || right(${id}, 15)`;
/** SQL: whether a row's `person` is such. */
export const isNobody = (person: string): string => `starts_with(${person}, 'erased~')`;

const lockCalls = `select id from calls where id = any($1) and person = $2 and outcome is not null order by id for update`;

const countAnswers = `
insert into erased_answers (campaign_id, language, question, value, calls)
select campaign_id, language, question, value, count(*)::int
from jsonb_to_recordset($1::jsonb) as a(campaign_id text, language text, question text, value text)
group by 1, 2, 3, 4 order by 1, 2, 3, 4
on conflict (campaign_id, language, question, value) do update set calls = erased_answers.calls + excluded.calls`;

/**
 * $2 the person. All in one statement: none of them looks at what another one changes. A call may have brought a yes or a no after the instant of the
 * erasure, while it was being hung up: it goes, and leads to it no more, like one of before.
 */
const forget = `
with given as (select * from jsonb_to_recordset($1::jsonb) as g(id text, reference text, to_masked text, request jsonb, progress jsonb)),
forgotten as (
  update calls c set person = ${nobody('c.id')}, reference = g.reference, to_masked = g.to_masked, request = g.request, progress = g.progress
  from given g where c.id = g.id
),
of_attempts as (update attempts a set person = ${nobody('a.call_id')}, recording_ms = null from given g where a.call_id = g.id),
of_responses as (delete from responses r using given g where r.call_id = g.id),
of_requests as (delete from call_back_requests r using given g where r.person = $2 and r.call_id = g.id),
of_yeses as (delete from opt_ins o using given g where o.person = $2 and o.call_id = g.id),
of_noes as (update opt_outs o set call_id = null from given g where o.person = $2 and o.call_id = g.id)
delete from voice_messages v using given g where v.call_id = g.id returning v.id`;

const readTimeline = `select call_id, revision, entries from timeline_entries where call_id = any($1)`;
const writeTimeline = `
update timeline_entries t set entries = m.entries
from jsonb_to_recordset($1::jsonb) as m(call_id text, revision int, entries jsonb) where t.call_id = m.call_id and t.revision = m.revision`;

/** A key is of the same instant as its call. */
const readReplies = `
select k.owner, k.key, k.reply from calls c join idempotency_keys k on k.created_at = c.created_at and k.call_id = c.id where c.id = any($1)`;
const writeReplies = `
update idempotency_keys k set reply = m.reply from jsonb_to_recordset($1::jsonb) as m(owner text, key text, reply text)
where k.owner = m.owner and k.key = m.key`;

const readEvents = `select id, day, body from events where call_id = any($1)`;

/** What a process holds of deliveries it sends as it was, while its lease lasts; by its end it has been sent. */
const noteLeft = `
update erasures e set kept_sounds = e.kept_sounds || $2::text[], renditions = e.renditions || $3::jsonb,
  quiet_at = greatest(e.quiet_at, $5::timestamptz, (
    select max(d.claimed_until) from webhook_endpoints w join deliveries d on d.endpoint_id = w.id and d.call_id = any($4)))
where e.id = $1`;

/** A sound may be taken for being there without a look at the disk for ten seconds (`rendition-cache.ts`), and be made for twenty: until then the call may get one. */
const soundsTrustedMs = 25_000;

/**
 * To be run in a transaction. What another gateway has forgotten meanwhile is left out, so that no answer is counted twice.
 *
 * @throws LedgerUnavailable
 */
export async function forgetCalls(
  run: RunSql,
  { erasure, calls, now }: { erasure: Erasure; calls: readonly ForgottenCall[]; now: number },
): Promise<void> {
  const given = calls.map(({ call }) => call.id);
  const ids = await idsOf(run, lockCalls, [given, erasure.person]);
  if (ids.length === 0) return;
  const chosen = calls.filter(({ call }) => ids.includes(call.id));
  await run(countAnswers, [JSON.stringify(chosen.flatMap(answerRowsOf))]);
  const messages = await idsOf(run, forget, [
    JSON.stringify(chosen.map(({ call }) => forgottenRowOf(call))),
    erasure.person,
  ]);
  await forgetTimeline(run, ids);
  await forgetReplies(run, ids);
  await forgetEvents(run, readEvents, [ids]);
  const attempts = chosen.flatMap(({ call }) => call.attempts.map(({ id }) => id));
  const renditions = chosen.flatMap((each) => each.renditions);
  await run(noteLeft, [
    erasure.id,
    [...messages, ...attempts],
    JSON.stringify(renditions),
    ids,
    renditions.length === 0 ? null : isoInstant(now + soundsTrustedMs),
  ]);
}

/**
 * Events that the query finds, without the person. Their place in the feed, their sequence and their deliveries stay as they are.
 *
 * @returns how many were changed
 */
export async function forgetEvents(run: RunSql, query: string, values: unknown[]): Promise<number> {
  const events = await run<{ id: string; day: string; body: string }>(query, values);
  const changed = events
    .map(({ id, day, body }) => ({ id, day, body: forgetInEvent(body), before: body }))
    .filter(({ body, before }) => body !== before);
  // by the day as a value: only its own partition is looked at
  for (const [day, ofDay] of Map.groupBy(changed, (event) => event.day))
    await run(
      `update events e set body = m.body from unnest($2::text[], $3::text[]) as m(id, body) where e.id = m.id and e.day = $1::date`,
      [day, ofDay.map(({ id }) => id), ofDay.map(({ body }) => body)],
    );
  return changed.length;
}

async function forgetTimeline(run: RunSql, ids: readonly string[]): Promise<void> {
  const rows = await run<{ call_id: string; revision: number; entries: TimelineEntry[] }>(readTimeline, [
    ids,
  ]);
  const forgotten = rows.map(({ entries, ...row }) => ({ ...row, entries: entries.map(forgetEntry) }));
  await run(writeTimeline, [JSON.stringify(forgotten)]);
}

async function forgetReplies(run: RunSql, ids: readonly string[]): Promise<void> {
  const rows = await run<{ owner: string; key: string; reply: string }>(readReplies, [ids]);
  const forgotten = rows.map((row) => ({ ...row, reply: forgetInReply(row.reply) }));
  await run(writeReplies, [JSON.stringify(forgotten)]);
}

function forgottenRowOf(call: Call) {
  const forgotten = forgetPerson(call);
  const { id, reference, to_masked, request } = callRowOf(forgotten);
  return { id, reference, to_masked, request, progress: forgotten.progress };
}

function answerRowsOf({ call: { campaignId, language }, answers }: ForgottenCall) {
  if (campaignId === null) return [];
  return answers.map((answer) => ({ campaign_id: campaignId, language, ...answer }));
}
