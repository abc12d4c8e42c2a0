/** How often a person's phone rang of late. Neither column ever changes, so updates of attempts stay within their page (HOT). */
export const rings = {
  name: '0012-rings',
  sql: `
create index attempts_by_person on attempts (person, send_at);
`,
};
