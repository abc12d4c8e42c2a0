/**
 * Legs of transfers: somebody else's phone, called for a person who is on the line. They take a trunk's channels as attempts do; what
 * came of them is in the events of their calls.
 */
export const transfers = {
  name: '0015-transfers',
  sql: `
create table transfers (
  id text collate "C" not null,
  call_id text collate "C" not null,
  trunk text not null,
  caller_id text,
  -- the instant reserved for its INVITE by the trunk's pace
  send_at timestamptz not null,
  started_at timestamptz not null,
  asterisk text collate "C" not null,
  -- when the network itself will have ended the leg
  gone_by timestamptz not null,
  -- when its leg was known to be gone
  ended_at timestamptz,
  constraint transfers_pkey primary key (id),
  constraint transfers_call_exists foreign key (call_id) references calls (id)
);
create index transfers_of_a_call on transfers (call_id, id);
create index transfers_live_by_trunk on transfers (trunk) where ended_at is null;
`,
};
