/** Whom a leg of a transfer calls, so that an agent of a queue is called by one person at a time, and by nobody right after another. */
export const agents = {
  name: '0020-agents',
  sql: `
alter table transfers
  -- keyed hash of the number; null for what an earlier version called
  add column callee text collate "C",
  -- one of a queue of agents, to whom one leg at most is live
  add column is_agent boolean not null default false,
  -- how it ended; null while it lives, and where nobody saw the end
  add column ended_as text,
  add constraint transfers_ended_as_known check (ended_as in
    ('talked', 'busy', 'no_answer', 'closed', 'failed', 'caller_hung_up', 'abandoned', 'lost')),
  add constraint transfers_ended_as_when_ended check (ended_as is null or ended_at is not null),
  add constraint transfers_agent_is_known check (not is_agent or callee is not null);
create unique index transfers_one_live_per_agent on transfers (callee) where ended_at is null and is_agent;
create index transfers_live_by_callee on transfers (callee) where ended_at is null;
create index transfers_of_a_callee on transfers (callee, id) where callee is not null;
`,
};
