import { languageTag } from '../../prompts/say.ts';

/** Languages that forms are written in, by their tags; their names in English and in themselves come from the Unicode data. */
const tags =
  'af am ar as az be bg bho bn brx bs ca cs cy da de doi el en es et eu fa fi fil fr gl gu ha he hi hr ht hu hy id ig is it ja ka kk km kn ko kok ks ky ln lo lt lv mai mg mk ml mn mni mr ms my ne nl nb ny om or pa pl ps pt ro ru rw sa sat sd si sk sl so sq sr st su sv sw ta te tg th ti tl tn tr ts ug uk ur uz ve vi wo xh yo zh zu'.split(
    ' ',
  );

let tagByName: ReadonlyMap<string, string> | null = null;

/**
 * The tag of a language as forms write it: `Hindi (hi)`, `hi`, `hin`, `Hindi`, `हिन्दी`, `en_US`. Null where nobody can tell.
 */
export function languageTagOf(written: string): string | null {
  const text = written.normalize('NFC').trim();
  const inBrackets = /\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3})\s*\)\s*$/.exec(text)?.[1];
  return canonicalTag(inBrackets ?? '') ?? namedTag(text) ?? canonicalTag(text);
}

/** A tag in the form that this gateway has, of BCP 47 or ISO 639-3; null where there is none. */
function canonicalTag(written: string): string | null {
  if (!/^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$/.test(written)) return null;
  try {
    const [tag = ''] = Intl.getCanonicalLocales(written.replaceAll('_', '-'));
    const [base = ''] = tag.split('-');
    return [tag, base].find((each) => languageTag.safeParse(each).success) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function namedTag(name: string): string | null {
  tagByName ??= new Map(tags.flatMap((tag) => namesOf(tag).map((each) => [each, tag])));
  const bare = name.replace(/\s*\([^)]*\)\s*$/, '').toLowerCase();
  return tagByName.get(bare) ?? null;
}

function namesOf(tag: string): string[] {
  const names = ['en', tag].map((inLanguage) =>
    new Intl.DisplayNames([inLanguage], { type: 'language' }).of(tag),
  );
  const known = names.flatMap((name) => (name === undefined ? [] : [name.normalize('NFC').toLowerCase()]));
  return tag === 'or' ? [...known, 'oriya', 'odia'] : tag === 'bn' ? [...known, 'bengali'] : known;
}
