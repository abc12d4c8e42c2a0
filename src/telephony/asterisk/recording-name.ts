/**
 * The name of a recording in Asterisk, and the id of the snoop channel that makes it: it tells whose it is, so that whoever takes a leg
 * up again finds it. Ids of legs have no hyphen.
 */
export function recordingName(leg: string, recordingId: string): string {
  return `${leg}-${recordingId}`;
}

export function recordingNamed(name: string): { leg: string; recordingId: string } {
  const at = name.indexOf('-');
  return at < 0
    ? { leg: name, recordingId: '' }
    : { leg: name.slice(0, at), recordingId: name.slice(at + 1) };
}
