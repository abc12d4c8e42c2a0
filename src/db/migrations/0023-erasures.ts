/**
 * Who is to be forgotten, and how far that is; the answers of forgotten calls that campaigns count; and the ways by which everything of a
 * person is found. The first of the indexes is paid for by each event of a call, and by nothing else: a call's events lie together in it.
 */
export const erasures = {
  name: '0023-erasures',
  sql: `
create table erasures (
  id text collate "C" not null,
  person text collate "C" not null,
  requested_at timestamptz not null,
  requested_by text not null,
  -- what is of this instant or before goes
  reaches_until timestamptz not null,
  -- whoever is at work on it; others leave it alone until then
  claimed_until timestamptz not null default 'epoch',
  -- what is to be removed from the disk still: voice messages and calls by their ids
  kept_sounds text[] not null default '{}',
  -- and words that were spoken to this person, by path, each with salted hashes of the values in them
  renditions jsonb not null default '[]',
  -- Asterisks that have not been looked through yet
  asterisks text[] not null default '{}',
  -- until then something may be on its way to a receiver as it was before
  quiet_at timestamptz not null default 'epoch',
  records_gone_at timestamptz,
  done_at timestamptz,
  constraint erasures_pkey primary key (id)
);
create index erasures_pending on erasures (id) where done_at is null;
create index erasures_done_lately on erasures (done_at) where done_at is not null;

create table erased_answers (
  campaign_id text collate "C" not null,
  language text not null,
  question text not null,
  value text not null,
  calls integer not null,
  constraint erased_answers_pkey primary key (campaign_id, language, question, value),
  constraint erased_answers_are_counted check (calls > 0)
);

alter table attempts drop constraint attempts_end_requested_is_known;
alter table attempts add constraint attempts_end_requested_is_known check (end_requested in ('cancelled', 'erased'));

create index events_of_a_call on events (call_id) where call_id is not null;
create index events_of_a_person_in_no_call on events (
  coalesce(body::json #>> '{data,missed_call,id}', body::json #>> '{data,opt_in}', body::json #>> '{data,opt_out}',
    body::json #>> '{data,call_back_request,id}')
) where call_id is null;
create index missed_calls_by_person on missed_calls (person) where person is not null;
create index line_callers_by_person on line_callers (person);
create index lifted_opt_outs_by_person on lifted_opt_outs (person);
create index call_back_requests_by_person on call_back_requests (person);
`,
};
