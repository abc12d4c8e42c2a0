/**
 * The vault, flows, calls and what belongs to them. Ids and hashes collate as bytes, so that the order of ids is the order of their
 * making on every system. A call's clear number is in `phone_numbers` alone; everything else has the person's keyed hash.
 */
export const calls = {
  name: '0001-calls',
  sql: `
create table vault_keys (
  key_id text not null,
  first_used_at timestamptz not null default now(),
  constraint vault_keys_pkey primary key (key_id)
);

create table phone_numbers (
  person text collate "C" not null,
  sealed_number bytea not null,
  constraint phone_numbers_pkey primary key (person)
);

create table flows (
  id text collate "C" not null,
  version integer not null,
  -- json, not jsonb: the order of an author's options is the order in which they are spoken
  definition json not null,
  created_at timestamptz not null,
  constraint flows_pkey primary key (id, version),
  constraint flows_version_counts_from_one check (version >= 1)
);

-- An enum sorts in the order of its words: the most urgent first.
create type call_priority as enum ('emergency', 'high', 'normal');

create table calls (
  id text collate "C" not null,
  revision integer not null,
  sequence integer not null,
  status text not null,
  next_attempt_at timestamptz,
  ended_at timestamptz,
  outcome text,
  direction text not null,
  person text collate "C" not null,
  to_masked text not null,
  reference text,
  campaign_id text collate "C",
  list text,
  language text not null,
  flow_id text not null,
  flow_version integer not null,
  priority call_priority not null,
  purpose text not null,
  trunk text,
  caller_id text,
  not_before timestamptz,
  not_after timestamptz not null,
  max_duration_ms bigint not null,
  created_at timestamptz not null,
  -- what the request asked for and nobody searches by: variables, start_at, calling hours, retry policy, metadata
  request jsonb not null,
  session jsonb,
  progress jsonb,
  blocked_by text,
  problem jsonb,
  constraint calls_pkey primary key (id),
  constraint calls_revision_counts_from_one check (revision >= 1),
  constraint calls_sequence_is_not_negative check (sequence >= 0),
  constraint calls_direction_is_known check (direction in ('outgoing', 'incoming')),
  constraint calls_purpose_is_known check (purpose in ('service', 'promotional', 'emergency')),
  constraint calls_status_is_known check (status in ('queued', 'dialing', 'in_progress', 'waiting_retry', 'ended')),
  constraint calls_outcome_is_known check (outcome in ('completed', 'partial', 'no_answer', 'busy', 'rejected', 'unreachable',
    'invalid_number', 'machine', 'trunk_failure', 'opted_out', 'blocked', 'expired', 'cancelled', 'unknown')),
  constraint calls_waiting_has_next_attempt check ((status in ('queued', 'waiting_retry')) = (next_attempt_at is not null)),
  constraint calls_talking_has_session check ((status = 'in_progress') = (session is not null)),
  constraint calls_ended_has_outcome check ((status = 'ended') = (outcome is not null) and (status = 'ended') = (ended_at is not null)),
  constraint calls_blocked_by_when_ended check (blocked_by is null or status = 'ended'),
  constraint calls_problem_when_ended check (problem is null or status = 'ended')
) with (fillfactor = 80);

-- Only calls that wait have a next attempt, only calls that have ended an outcome. No index is on status: so a call that is answered, or
-- whose talk goes on, changes no indexed column, and its row stays within its page (HOT).
create index calls_due on calls (priority, next_attempt_at, id) where next_attempt_at is not null;
create index calls_expiring on calls (not_after) where next_attempt_at is not null;
create index calls_open on calls (id) where outcome is null;
create index calls_by_outcome on calls (outcome, id) where outcome is not null;
create index calls_by_reference on calls (reference, id) where reference is not null;
create index calls_by_campaign on calls (campaign_id, id) where campaign_id is not null;

create table attempts (
  id text collate "C" not null,
  call_id text collate "C" not null,
  number integer not null,
  person text collate "C" not null,
  trunk text not null,
  caller_id text,
  send_at timestamptz not null,
  started_at timestamptz not null,
  ringing_at timestamptz,
  answered_at timestamptz,
  end_requested text,
  ended_at timestamptz,
  reason text,
  fault text,
  retryable boolean,
  sip_code integer,
  q850_cause integer,
  constraint attempts_pkey primary key (id),
  constraint attempts_number_in_call unique (call_id, number),
  constraint attempts_call_exists foreign key (call_id) references calls (id),
  constraint attempts_number_counts_from_one check (number >= 1),
  constraint attempts_end_requested_is_known check (end_requested in ('cancelled')),
  constraint attempts_reason_is_known check (reason in ('answered', 'no_answer', 'busy', 'rejected', 'unreachable', 'invalid_number',
    'machine', 'congestion', 'trunk_failure', 'cancelled', 'lost')),
  constraint attempts_fault_is_known check (fault in ('none', 'callee', 'carrier', 'configuration', 'gateway', 'unknown')),
  constraint attempts_ended_has_verdict check (num_nulls(ended_at, reason, fault, retryable) in (0, 4))
) with (fillfactor = 80);

-- At most one phone of a person rings for us at any time, whatever the program believes.
create unique index attempts_one_live_per_person on attempts (person) where ended_at is null;
-- The second condition keeps it from being read where a person is asked for: it is met where a trunk is compared.
create index attempts_live_by_trunk on attempts (trunk) where ended_at is null and trunk is not null;

create table responses (
  call_id text collate "C" not null,
  question text not null,
  -- '' where the phone is not shared: a primary key has no nulls
  person text not null,
  position integer not null,
  value text not null,
  key text,
  given_on text not null,
  attempt integer,
  at timestamptz not null,
  correct boolean,
  constraint responses_pkey primary key (call_id, question, person),
  constraint responses_call_exists foreign key (call_id) references calls (id),
  constraint responses_given_on_is_known check (given_on in ('request', 'call'))
);

-- One row for each move that left lines: they are read together and in the order of the moves.
create table timeline_entries (
  call_id text collate "C" not null,
  revision integer not null,
  entries jsonb not null,
  constraint timeline_entries_pkey primary key (call_id, revision)
);

create table opt_outs (
  person text collate "C" not null,
  scope text collate "C" not null,
  call_id text collate "C",
  created_at timestamptz not null,
  constraint opt_outs_pkey primary key (person, scope),
  constraint opt_outs_scope_is_known check (scope = 'all' or scope ~ '^(campaign|list):.')
);

create table idempotency_keys (
  owner text collate "C" not null,
  key text collate "C" not null,
  body_hash text not null,
  call_id text collate "C" not null,
  reply text not null,
  created_at timestamptz not null,
  constraint idempotency_keys_pkey primary key (owner, key),
  constraint idempotency_keys_call_exists foreign key (call_id) references calls (id)
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

-- The row that a claim locks before it counts live attempts; \`next_send_at\` is the first instant that the trunk's pace has not given away.
create table trunks (
  name text collate "C" not null,
  next_send_at timestamptz not null,
  constraint trunks_pkey primary key (name)
);
`,
};
