/**
 * A database may have had several encryption keys. Those after the first keep what must not change with them (`lastingKeysOf` in `vault.ts`), sealed;
 * of the first it follows from the key itself.
 */
export const keyRotation = {
  name: '0026-key-rotation',
  sql: `
alter table vault_keys add column sealed_lasting_keys bytea;
`,
};
