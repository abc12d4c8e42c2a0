/** The longest name that is repeated in a pointer; whoever sends a longer one knows which it was. */
const longestName = 200;

/** A JSON pointer, RFC 6901, e.g. `/responses/q1`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${escapePart(String(part))}`).join('');
}

function escapePart(part: string): string {
  const short = part.length > longestName ? `${part.slice(0, longestName)}…` : part;
  return short.replaceAll('~', '~0').replaceAll('/', '~1');
}
