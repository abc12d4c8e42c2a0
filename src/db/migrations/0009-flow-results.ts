/** For reading the responses of a flow, a page at a time. A call's flow never changes, so that no move of a call touches the index. */
export const flowResults = {
  name: '0009-flow-results',
  sql: `
create index calls_by_flow on calls (flow_id, id);
`,
};
