/** A batch of calls, or the seven events of one call, name the same instants again and again; writing one takes longer than all else that is done with it. */
const written = new Map<number, string>();
const mostWritten = 1024;

/** As RFC 3339 in UTC, with milliseconds. @param atMs milliseconds since 1970 */
export function isoInstant(atMs: number): string {
  const known = written.get(atMs);
  if (known !== undefined) return known;
  const text = new Date(atMs).toISOString();
  if (written.size === mostWritten) written.clear();
  written.set(atMs, text);
  return text;
}
