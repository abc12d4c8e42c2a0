/**
 * The same text for JSON values that are equal whatever the order of their members: for comparing requests. The value comes from
 * JSON that was validated, so its depth is bounded.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
