/**
 * Missed calls, and who said yes or no to being called. Persons are keyed hashes, as everywhere; what they dialled is a line of ours.
 */
export const missedCalls = {
  name: '0014-missed-calls',
  sql: `
create table missed_calls (
  id text collate "C" not null,
  -- follows from what the network called it: whoever hears of the call, and however often, keeps it once
  leg text collate "C" not null,
  line text collate "C" not null,
  caller text not null,
  person text collate "C",
  trunk text not null,
  received_at timestamptz not null,
  duplicate_of text collate "C",
  blocked_by text,
  call_back text not null,
  call_back_at timestamptz,
  call_back_problem text,
  call_id text collate "C",
  constraint missed_calls_pkey primary key (id),
  constraint missed_calls_once unique (leg),
  constraint missed_calls_caller_is_known check (caller in ('person', 'withheld', 'unreadable', 'not_callable', 'own_number')),
  constraint missed_calls_person_has_a_number check ((caller = 'person') = (person is not null)),
  constraint missed_calls_call_back_is_known check (call_back in ('none', 'due', 'placed', 'joined', 'dropped')),
  constraint missed_calls_call_back_is_whole check (
    (call_back = 'due') <= (call_back_at is not null) and (call_back in ('placed', 'joined')) = (call_id is not null)
    and (call_back = 'dropped') = (call_back_problem is not null)),
  constraint missed_calls_repeats_do_nothing check (duplicate_of is null or call_back = 'none')
);
create index missed_calls_by_line on missed_calls (line, id);
create index missed_calls_to_call_back on missed_calls (line, person, id) where call_back = 'due';
create index missed_calls_called_back on missed_calls (line, person, id) where call_id is not null;

-- One row a caller and line: what they began last, and so what the next one repeats. Locked while their missed calls are recorded, and
-- taken while a call-back is being placed.
create table line_callers (
  line text collate "C" not null,
  person text collate "C" not null,
  original_id text collate "C",
  original_at timestamptz,
  repeats integer not null default 0,
  placing_until timestamptz not null default '-infinity',
  constraint line_callers_pkey primary key (line, person)
);

create table opt_ins (
  id text collate "C" not null,
  person text collate "C" not null,
  -- of a shared phone: who of its people, by the orchestrator's id
  member text,
  list text not null,
  source text not null,
  at timestamptz not null,
  line text collate "C",
  missed_call_id text collate "C",
  call_id text collate "C",
  step text,
  key text,
  flow_id text,
  flow_version integer,
  language text,
  constraint opt_ins_pkey primary key (id),
  constraint opt_ins_source_is_known check (source in ('missed_call', 'call', 'import')),
  constraint opt_ins_have_their_proof check (
    (source = 'missed_call') <= (missed_call_id is not null) and (source = 'call') = (num_nonnulls(call_id, step, key) = 3))
);
create index opt_ins_by_list on opt_ins (list, id);
create index opt_ins_by_person on opt_ins (person);

-- Those by key, from before there were other ways, get an id that follows from what they are.
alter table opt_outs add column id text collate "C";
update opt_outs set id = 'opo_' || left(md5(person || scope), 26);
alter table opt_outs alter column id set not null;
alter table opt_outs add column source text not null default 'key';
alter table opt_outs add column line text collate "C";
alter table opt_outs add column missed_call_id text collate "C";
alter table opt_outs add constraint opt_outs_id_once unique (id);
alter table opt_outs add constraint opt_outs_source_is_known check (source in ('key', 'api', 'missed_call', 'import'));

-- An opt-out that was deleted, and by whom: the yes that came after the no.
create table lifted_opt_outs (
  id text collate "C" not null,
  person text collate "C" not null,
  scope text collate "C" not null,
  source text not null,
  created_at timestamptz not null,
  lifted_at timestamptz not null,
  lifted_by text not null,
  constraint lifted_opt_outs_pkey primary key (id)
);

-- The language in which somebody was spoken to last.
create index calls_by_person on calls (person, id);
`,
};
