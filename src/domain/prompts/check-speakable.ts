/** What is wrong with a text that is to be spoken: a sentence's end, and what to do instead. */
export interface SpeakableFault {
  detail: string;
  suggestion: string;
}

/**
 * Whether a voice of the language can speak the text, before anybody is called with it: every fault, none where all is well.
 * Placeholders may stand anywhere. Names and loan words in Latin letters are read well by the voices of other scripts, so they may be there as
 * long as they are the smaller part; a word in any other foreign script may not.
 */
export function checkSpeakable(text: string, language: string): SpeakableFault[] {
  const words = text.replaceAll(/\{\{[^{}]*\}\}/g, ' ');
  const faults = [markupIn(words), emojiIn(words), damageIn(words)].filter((fault) => fault !== null);
  if (faults.length > 0) return faults;
  return [silenceOf(text, words) ?? foreignScriptIn(words, language)].filter((fault) => fault !== null);
}

const markup = /<(?:!--|[/!?]?[A-Za-z][^<>]{0,200}>)|&(?:[A-Za-z]{2,12}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});/;

function markupIn(text: string): SpeakableFault | null {
  const found = markup.exec(text);
  if (found === null) return null;
  return {
    detail: `has markup («${shortened(found[0])}»), which would be read aloud or refused by a voice`,
    suggestion: 'Write plain words. For a pause, make a list with { "pause": "PT0.5S" } in it.',
  };
}

/** What is a picture for sure; signs such as © and ™ have names that voices say. */
const emoji = /(?![©®™‼⁉])\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

function emojiIn(text: string): SpeakableFault | null {
  const found = emoji.exec(text);
  return found === null
    ? null
    : {
        detail: `has an emoji («${found[0]}»), which no voice can speak`,
        suggestion: 'Take it out, or say it in words.',
      };
}

/** U+FFFD stands where a text was read in the wrong encoding; nobody knows what private and unassigned characters mean. */
function damageIn(text: string): SpeakableFault | null {
  const found = /[\ufffd\p{Co}\p{Cn}]/u.exec(text);
  if (found === null) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    detail: `has a character that stands for nothing (U+${code})`,
    suggestion: 'The text was probably damaged on its way; send it as UTF-8.',
  };
}

function silenceOf(text: string, words: string): SpeakableFault | null {
  if (words !== text || /[\p{L}\p{N}]/u.test(words)) return null;
  return {
    detail: 'has nothing that can be spoken: no letter and no digit',
    suggestion: 'Write words, or { "pause": "PT1S" } where silence is meant.',
  };
}

/** A lone foreign letter may be a unit or a sign. */
const fewestForeignLetters = 2;

function foreignScriptIn(text: string, language: string): SpeakableFault | null {
  const own = scriptOf(language);
  if (own === null) return null;
  const letters = Array.from(text.matchAll(/\p{L}/gu), ([letter]) => letter);
  const foreign = letters.filter((letter) => !own.letter.test(letter));
  const strange = foreign.filter((letter) => !/\p{Script=Latin}/u.test(letter));
  const isMixed = strange.length >= fewestForeignLetters;
  const isForeign = foreign.length >= fewestForeignLetters && foreign.length * 2 > letters.length;
  if (!isMixed && !isForeign) return null;
  const first = (isMixed ? strange : foreign)[0] ?? '';
  const shown = text.split(/\s+/).find((word) => word.includes(first)) ?? '';
  return {
    detail: `has words in another script («${shortened(shown)}») than «${language}» is written in`,
    suggestion: `Write them in ${own.name} letters, names as well, or put the text under its own language.`,
  };
}

/** Scripts whose code in language tags stands for several. */
const severalScripts: Readonly<Record<string, readonly string[]>> = {
  Hans: ['Hani', 'Bopo'],
  Hant: ['Hani', 'Bopo'],
  Jpan: ['Hira', 'Kana', 'Hani'],
  Kore: ['Hang', 'Hani'],
};

interface Script {
  name: string;
  letter: RegExp;
}

/** Each looked up once: the Unicode data take a millisecond to answer. Tags that nobody uses are not kept. */
const knownScripts = new Map<string, Script | null>();
const mostKnownScripts = 200;

function scriptOf(language: string): Script | null {
  const known = knownScripts.get(language);
  if (known !== undefined) return known;
  const script = lookUpScript(language);
  if (knownScripts.size < mostKnownScripts) knownScripts.set(language, script);
  return script;
}

/** The script that the language is written in: that of its tag, else its usual one; null where nobody knows. */
function lookUpScript(language: string): Script | null {
  const code = new Intl.Locale(language).maximize().script;
  if (code === undefined) return null;
  const names = new Intl.DisplayNames('en', { type: 'script' });
  const scripts = severalScripts[code] ?? [code];
  try {
    const letter = new RegExp(scripts.map((script) => `\\p{scx=${script}}`).join('|'), 'u');
    return { name: names.of(code) ?? code, letter };
  } catch {
    return null;
  }
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
