/** The longest name that is repeated in a pointer; whoever sends a longer one knows which it was. */
const longestName = 200;

/** A JSON pointer, RFC 6901, such as `/responses/q1`. */
export function pointerTo(...segments: readonly PropertyKey[]): string {
  return segments.map((segment) => `/${escaped(String(segment))}`).join('');
}

function escaped(segment: string): string {
  const short = segment.length > longestName ? `${segment.slice(0, longestName)}…` : segment;
  return short.replaceAll('~', '~0').replaceAll('/', '~1');
}
