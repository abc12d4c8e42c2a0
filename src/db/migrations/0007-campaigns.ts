/** Campaigns. Their calls are rows of `calls` with their id; a reference is there once in a campaign. */
export const campaigns = {
  name: '0007-campaigns',
  sql: `
create table campaigns (
  id text collate "C" not null,
  revision integer not null,
  status text not null,
  -- the rest of the state, which depends on the status
  state jsonb not null,
  name text not null,
  flow_id text not null,
  flow_version integer not null,
  list text,
  priority call_priority not null,
  purpose text not null,
  calls_per_second double precision,
  max_concurrent integer,
  starts_at timestamptz,
  ends_at timestamptz,
  caller_id text,
  -- calling hours, retry policy and metadata, as they were asked for
  request jsonb not null,
  created_at timestamptz not null,
  -- written by claims, under the lock of this row
  next_send_at timestamptz not null default '-infinity',
  pilot_left integer,
  constraint campaigns_pkey primary key (id),
  constraint campaigns_revision_counts_from_one check (revision >= 1),
  constraint campaigns_status_is_known check (status in ('draft', 'running', 'paused', 'ended', 'cancelled')),
  constraint campaigns_purpose_is_known check (purpose in ('service', 'promotional', 'emergency')),
  constraint campaigns_pace_is_positive check (calls_per_second > 0 and max_concurrent > 0),
  constraint campaigns_pilot_is_not_negative check (pilot_left >= 0),
  constraint campaigns_pilot_while_running check (pilot_left is null or status = 'running')
);
-- What the dialler asks at each look, and who settles campaigns: few, whatever the past holds.
create index campaigns_open on campaigns (id) where status in ('draft', 'running', 'paused')
  or (status = 'cancelled' and not (state->>'settled')::boolean);

alter table calls add constraint calls_campaign_exists foreign key (campaign_id) references campaigns (id);
create unique index calls_reference_once_in_campaign on calls (campaign_id, reference)
  where campaign_id is not null and reference is not null;

-- What waits is looked up for each campaign that runs, so calls of one that does not run cost nothing. Calls without a campaign are
-- those of ''.
drop index calls_due;
create index calls_due on calls (coalesce(campaign_id, ''), priority, next_attempt_at, id) where next_attempt_at is not null;
-- Open calls of a campaign: what waits, rings or talks.
create index calls_open_by_campaign on calls (campaign_id) where campaign_id is not null and outcome is null;
`,
};
