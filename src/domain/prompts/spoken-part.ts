/**
 * One piece of what a phone hears, after all variables are filled in. A text is spoken by a voice of its language; numbers are
 * several texts, one a fragment that is on disk before the phone rings; a pause is silence.
 */
export type SpokenPart =
  { kind: 'text'; language: string; text: string } | { kind: 'pause'; durationMs: number };

/** The same string for the same sound: the key under which renditions are looked up during a call. */
export function spokenPartKey(part: SpokenPart): string {
  return part.kind === 'text' ? `${part.language}:${part.text}` : `pause:${part.durationMs}`;
}
