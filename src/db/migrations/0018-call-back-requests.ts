/**
 * Who asked to be called by a person, and what became of it. A row is made of its event by a trigger, in the transaction of the move that reports it: the
 * statement of a move, which every call pays for, need not know of something that few calls have.
 */
export const callBackRequests = {
  name: '0018-call-back-requests',
  sql: `
create table call_back_requests (
  id text collate "C" not null,
  call_id text collate "C" not null,
  person text collate "C" not null,
  campaign_id text collate "C",
  reference text,
  -- of a shared phone: who of its people, by the orchestrator's id
  member text,
  question text not null,
  value text not null,
  language text not null,
  requested_at timestamptz not null,
  state text not null default 'open',
  agent text,
  claimed_until timestamptz,
  result text,
  done_at timestamptz,
  -- what was done with it, by whom and when; only ever appended to
  history jsonb not null default '[]',
  constraint call_back_requests_pkey primary key (id),
  constraint call_back_requests_state_is_known check (state in ('open', 'claimed', 'done')),
  constraint call_back_requests_claim_is_whole check (
    (state = 'claimed') = (claimed_until is not null) and (state = 'open') = (agent is null) and (state = 'done') = (done_at is not null))
);
create index call_back_requests_not_done on call_back_requests (id) where state <> 'done';
create index call_back_requests_by_campaign on call_back_requests (campaign_id, id) where campaign_id is not null;

create function keep_call_back_request() returns trigger language plpgsql as $$
begin
  insert into call_back_requests (id, call_id, person, campaign_id, reference, member, question, value, language, requested_at)
  select r->>'id', c.id, c.person, c.campaign_id, c.reference, r->>'person', r->>'question', r->>'value', r->>'language', new.at
  from calls c, lateral (select new.body::jsonb->'data'->'call_back_request') as b(r)
  where c.id = new.call_id
  on conflict (id) do nothing;
  return null;
end $$;

create trigger events_keep_call_back_requests after insert on events
  for each row when (new.type = 'call_back.requested') execute function keep_call_back_request();
`,
};
