/** The trunks that are in force for all gateways, as the file of one of them has them; all rows have one revision. */
export const trunkDefinitions = {
  name: '0013-trunk-definitions',
  sql: `
create table trunk_definitions (
  name text collate "C" not null,
  position integer not null,
  revision integer not null,
  definition jsonb not null,
  constraint trunk_definitions_pkey primary key (name),
  constraint trunk_definitions_revision_is_not_negative check (revision >= 0)
);
`,
};
