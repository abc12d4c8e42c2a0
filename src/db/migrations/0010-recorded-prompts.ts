/**
 * Voice messages that are for the library: which prompt each becomes, and what became of it. The sound is kept with the message, in the commit
 * of the call; putting it into the library comes after, by whichever gateway finds it waiting.
 */
export const recordedPrompts = {
  name: '0010-recorded-prompts',
  sql: `
alter table voice_messages
  add column prompt_id text,
  add column prompt_language text,
  add column prompt_version integer,
  add column prompt_refusal text,
  add constraint voice_messages_prompt_is_whole check ((prompt_id is null) = (prompt_language is null)),
  add constraint voice_messages_prompt_ends_once check (
    (prompt_version is null or prompt_refusal is null) and (prompt_id is not null or (prompt_version is null and prompt_refusal is null))
  );
create index voice_messages_waiting_for_the_library on voice_messages (id)
  where prompt_id is not null and prompt_version is null and prompt_refusal is null;
`,
};
