/** Who drives which Asterisk, and by which each attempt was dialled. Time in both tables is the database's own. */
export const leases = {
  name: '0013-leases',
  sql: `
create table asterisks (
  name text collate "C" not null,
  -- counts the takings: what a former holder still believes is refused by it
  epoch bigint not null default 0,
  holder text collate "C",
  -- of a lease that nobody holds: since when
  expires_at timestamptz not null default now(),
  constraint asterisks_pkey primary key (name),
  constraint asterisks_holder_came_by_taking check (holder is null or epoch >= 1)
);

-- The processes of the gateway that live, each until it has not been heard of for too long.
create table gateways (
  id text collate "C" not null,
  drives text[] not null,
  alive_until timestamptz not null,
  constraint gateways_pkey primary key (id)
);

-- The first is the name of the one that is configured by IVRS_ARI_*; the second, when the network itself will have ended the leg.
alter table attempts add column asterisk text collate "C" not null default 'asterisk',
  add column gone_by timestamptz not null default 'epoch';
update attempts set gone_by = send_at + interval '2 hours' where ended_at is null;
create index attempts_end_requested on attempts (asterisk) where ended_at is null and end_requested is not null;
`,
};
