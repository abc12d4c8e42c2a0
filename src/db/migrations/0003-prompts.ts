/**
 * The prompt library. A version never changes but for `deleted_at`, which is set and never taken back: calls that were accepted before
 * still speak it. Sound lies in files, named by hash; the rows say which.
 */
export const prompts = {
  name: '0003-prompts',
  sql: `
create table prompts (
  id text collate "C" not null,
  language text collate "C" not null,
  version integer not null,
  words text,
  recording_hash text,
  original_hash text,
  original_format text,
  original_bytes bigint,
  duration_ms integer,
  loudness_dbfs double precision,
  created_at timestamptz not null,
  deleted_at timestamptz,
  constraint prompts_pkey primary key (id, language, version),
  constraint prompts_version_counts_from_one check (version >= 1),
  constraint prompts_have_words_or_a_recording check (words is not null or recording_hash is not null),
  constraint prompts_recording_is_whole check (num_nonnulls(recording_hash, original_hash, original_format, original_bytes, duration_ms,
    loudness_dbfs) in (0, 6))
);

create index prompts_by_language on prompts (language, id);
`,
};
