/** What people said in answer to a question, and which attempts were recorded. The sounds themselves are sealed files, under the ids here. */
export const voiceMessages = {
  name: '0006-voice-messages',
  sql: `
create table voice_messages (
  id text collate "C" not null,
  call_id text collate "C" not null,
  question text not null,
  attempt integer not null,
  reference_number text not null,
  duration_ms integer not null,
  recorded_at timestamptz not null,
  constraint voice_messages_pkey primary key (id),
  constraint voice_messages_call_exists foreign key (call_id) references calls (id),
  constraint voice_messages_duration_is_sensible check (duration_ms >= 0)
);
create index voice_messages_of_a_call on voice_messages (call_id, id);
create index voice_messages_by_reference_number on voice_messages (reference_number, id);

alter table attempts add column recording_ms integer;
`,
};
