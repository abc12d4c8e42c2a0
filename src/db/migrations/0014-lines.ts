/** The numbers of ours that people call. They are no persons' numbers, so they stand in clear. */
export const lines = {
  name: '0014-lines',
  sql: `
create table lines (
  number text collate "C" not null,
  -- as it was asked for, every default written out
  definition jsonb not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  constraint lines_pkey primary key (number),
  constraint lines_number_is_e164 check (number ~ '^\\+[1-9][0-9]{2,14}$')
);
`,
};
