/** While a secret is being rotated, what is sent is signed with the one before as well, until its time is over. */
export const rotatedSecrets = {
  name: '0008-rotated-secrets',
  sql: `
alter table webhook_endpoints
  add column previous_sealed_secret bytea,
  add column previous_secret_until timestamptz,
  add constraint webhook_endpoints_previous_secret_has_end check ((previous_sealed_secret is null) = (previous_secret_until is null));
`,
};
