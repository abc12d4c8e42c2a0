/** Of a row of `calls`, in the order of the columns of `queue`. */
const queueRowOf = (
  call: string,
) => `${call}.id, coalesce(${call}.campaign_id, ''), ${call}.priority, ${call}.status, ${call}.next_attempt_at,
    ${call}.not_after, ${call}.person, ${call}.trunk, split_part(${call}.to_masked, '*', 1)`;

/**
 * What waits, apart from what has ended: a narrow row for each call that has a next attempt, and for no other. Triggers keep it, so it says what `calls` says
 * whoever writes there, another version of this program too.
 *
 * It takes the place of two indexes of `calls`. Each claim left a dead entry at the front of those, over which every later look walked until all of
 * `calls` was vacuumed, and made a new entry in each other index of a table with millions of rows. Now a claim changes no indexed column of `calls`
 * (HOT), and what it leaves dead is in a table that is vacuumed in a second: after so many dead rows, however many wait, and its
 * indexes too, which PostgreSQL passes over where few pages have dead rows, and here these few are in front of all that is due.
 */
export const queue = {
  name: '0021-queue',
  sql: `
create table queue (
  call_id text collate "C" not null,
  -- '' of calls that belong to none
  campaign text collate "C" not null,
  priority call_priority not null,
  status text not null,
  next_attempt_at timestamptz not null,
  not_after timestamptz not null,
  person text collate "C" not null,
  -- the one that the request names
  trunk text,
  -- how its number begins: +91
  country text not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, vacuum_index_cleanup = on);

-- whoever still writes by another version waits, and is not forgotten
lock table calls in share row exclusive mode;
insert into queue select ${queueRowOf('c')} from calls c where c.next_attempt_at is not null;

alter table queue add constraint queue_pkey primary key (call_id);
create index queue_due on queue (campaign, priority, next_attempt_at, call_id);
create index queue_expiring on queue (not_after);
drop index calls_due;
drop index calls_expiring;

create function queue_added() returns trigger language plpgsql as $$
begin
  insert into queue select ${queueRowOf('c')} from added c where c.next_attempt_at is not null;
  return null;
end $$;
create trigger calls_join_the_queue after insert on calls referencing new table as added
  for each statement execute function queue_added();

create function queue_moved() returns trigger language plpgsql as $$
begin
  if new.next_attempt_at is null then
    delete from queue where call_id = old.id;
  else
    insert into queue select ${queueRowOf('new')}
    on conflict (call_id) do update set status = excluded.status, next_attempt_at = excluded.next_attempt_at, not_after = excluded.not_after;
  end if;
  return null;
end $$;
-- an answer or a key is nothing to the queue, and does not come here
create trigger calls_move_in_the_queue after update on calls for each row
  when (old.next_attempt_at is distinct from new.next_attempt_at
    or new.next_attempt_at is not null and (old.not_after, old.status) is distinct from (new.not_after, new.status))
  execute function queue_moved();
create trigger calls_leave_the_queue after delete on calls for each row
  when (old.next_attempt_at is not null) execute function queue_moved();
analyze queue;
`,
};
