/**
 * Which attempts' INVITEs have certainly not left: from the claim until its process says that one is about to leave. What another version of
 * the program claims is never one of them. No index has the column, so its change stays within the page (HOT).
 */
export const unsentAttempts = {
  name: '0019-unsent-attempts',
  sql: `
alter table attempts add column unsent boolean not null default false;
`,
};
