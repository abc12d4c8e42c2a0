/** Text without what can be neither stored nor spoken: control characters but line breaks and tabs, lone surrogates. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
}

/** At most so many characters of a text, and never half of one. */
export function cutText(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
