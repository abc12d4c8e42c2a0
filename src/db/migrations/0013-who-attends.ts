/** Under which taking of its Asterisk's lease an attempt is attended: what a former holder had in hand does not apply any more. */
export const whoAttends = {
  name: '0013-who-attends',
  sql: `
alter table attempts add column lease_epoch bigint not null default 0;
`,
};
