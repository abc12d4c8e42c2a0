const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** Words as they are spoken: without HTML, Markdown's stars and headings, line breaks and characters that nobody can hear. */
export function plainWords(written: string): string {
  return written
    .toWellFormed()
    .replaceAll(/<\/?[A-Za-z][^<>]{0,500}>/g, ' ')
    .replaceAll(/&(amp|lt|gt|quot|apos|nbsp);/g, (_, name: string) => entities[name] ?? ' ')
    .replaceAll(/^\s{0,3}#{1,6}\s/gm, '')
    .replaceAll(/\*+/g, '')
    .replaceAll(/(?<![\p{L}\p{N}_{.])_{1,2}(?=\S)|(?<=\S)_{1,2}(?![\p{L}\p{N}_}.])/gu, '')
    .replaceAll(/(?![©®™‼⁉])\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u20e3\ufe0f]/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\uFFFD]+/gu, (found) => keptJoiners(found))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Joiners shape letters of Indian scripts and of Persian; everything else of these classes is a space. */
function keptJoiners(found: string): string {
  return found.replaceAll(/[^\u200c\u200d]+/g, ' ');
}
