/**
 * Calls that come in on a line and are answered. Their legs are attempts that nobody dialled: several people may call from one number at a time, as from
 * behind an exchange, and what rings at our side is no ring of theirs.
 */
export const answeredLines = {
  name: '0017-answered-lines',
  sql: `
alter table calls add column line text collate "C";
alter table calls add constraint calls_line_when_incoming check ((direction = 'incoming') = (line is not null));

alter table attempts add column incoming boolean not null default false;
drop index attempts_one_live_per_person;
-- At most one phone of a person rings for us at any time, whatever the program believes. Who calls us is told apart by the leg.
create unique index attempts_one_live_per_person on attempts (person, (case when incoming then id else '' end)) where ended_at is null;
`,
};
