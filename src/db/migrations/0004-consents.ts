/**
 * A consent is a response that also says in which words it was asked: a version of a flow, in a language. A flow version never
 * changes, so these two are the words.
 */
export const consents = {
  name: '0004-consents',
  sql: `
alter table responses add column consent jsonb;
`,
};
