/**
 * Facts reported to the orchestrator. Events and settled deliveries are partitioned by the UTC day in the event's id, and dropped
 * day by day; what is still to be delivered is a small table of its own, so that sending costs the same whatever the past holds.
 */
export const eventsAndWebhooks = {
  name: '0002-events-and-webhooks',
  sql: `
-- Ids do not commit in their order: the feed goes by (xid, id), and shows only what no running transaction can still precede.
create table events (
  day date not null,
  id text collate "C" not null,
  xid xid8 not null default pg_current_xact_id(),
  type text not null,
  call_id text collate "C",
  sequence integer,
  at timestamptz not null,
  body text not null,
  constraint events_pkey primary key (id, day),
  constraint events_of_calls_are_numbered check ((call_id is null) = (sequence is null))
) partition by range (day);
create index events_feed on events (xid, id);

create table webhook_endpoints (
  id text collate "C" not null,
  url text not null,
  event_types text[],
  numbers text not null,
  description text,
  sealed_secret bytea not null,
  created_at timestamptz not null,
  disabled_at timestamptz,
  disabled_reason text,
  constraint webhook_endpoints_pkey primary key (id),
  constraint webhook_endpoints_numbers_is_known check (numbers in ('masked', 'clear')),
  constraint webhook_endpoints_disabled_has_reason check ((disabled_at is null) = (disabled_reason is null))
);

-- Pending only: a delivery that is delivered or dead moves to settled_deliveries.
create table deliveries (
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  day date not null,
  event_type text not null,
  call_id text collate "C",
  sequence integer,
  tries integer not null default 0,
  next_try_at timestamptz not null,
  claimed_until timestamptz,
  last_status integer,
  last_error text,
  created_at timestamptz not null,
  constraint deliveries_pkey primary key (id),
  constraint deliveries_tries_are_not_negative check (tries >= 0)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2);
-- Plans are made while the table is empty, when any index seems as good as another: each of these is partial so that it serves only
-- the question that it is for: an index is considered only where the query compares its last column.
create index deliveries_in_call on deliveries (endpoint_id, call_id, sequence) where call_id is not null;
create index deliveries_due on deliveries (endpoint_id, next_try_at) where next_try_at is not null;

create table settled_deliveries (
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  day date not null,
  event_type text not null,
  call_id text collate "C",
  state text not null,
  tries integer not null,
  last_status integer,
  last_error text,
  created_at timestamptz not null,
  settled_at timestamptz not null,
  constraint settled_deliveries_pkey primary key (endpoint_id, id, day),
  constraint settled_deliveries_state_is_known check (state in ('delivered', 'dead'))
) partition by range (day);
`,
};
