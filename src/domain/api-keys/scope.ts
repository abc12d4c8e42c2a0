/** What an API key may do; `admin` may do everything. Fixed by the contract. */
export const scopes = [
  'calls:read',
  'calls:write',
  'flows:read',
  'flows:write',
  'lines:write',
  'webhooks:write',
  'numbers:read',
  'admin',
] as const;
export type Scope = (typeof scopes)[number];

/** Whether these scopes allow what needs `scope`. */
export function allows(held: ReadonlySet<Scope>, scope: Scope): boolean {
  return held.has(scope) || held.has('admin');
}
