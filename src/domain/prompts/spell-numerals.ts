import type { Figures } from './figures.ts';
import { digitWords, numberWords, phraseOf } from './number-speech.ts';

/**
 * Numerals of a text in the words of its language. Some voices read digits in English or leave them out, and «press 1» without its 1 is
 * worse than no words at all. What is part of something else stays as it is: ordinals («2nd»), amounts with a sign («₹500»), times and dates.
 */
export function spellNumerals(text: string, figures: Figures): string {
  return text.replaceAll(numeral, (written) => inWords(asciiDigits(written), figures) ?? written);
}

const numeral =
  /(?<![\p{L}\p{M}\p{Nd}\p{Sc}]|\p{Nd}[-–.,:/])\p{Nd}+(?:,\p{Nd}{2,3})*(?:\.\p{Nd}+)?(?![\p{L}\p{M}\p{Nd}]|[-–.,:/]\p{Nd})/gu;
/** More digits are no quantity but a number of a phone or an account; so are those that begin with 0. */
const mostDigitsOfQuantity = 6;

function inWords(written: string, figures: Figures): string | null {
  if (/[.,]/.test(written) && !groupsAsInIndia(figures)) return null;
  if (/^0\d/.test(written) || (/^\d+$/.test(written) && written.length > mostDigitsOfQuantity)) {
    return phraseOf(digitWords(written, figures), figures);
  }
  return phraseOf(numberWords(Number(written.replaceAll(',', '')), figures), figures);
}

/** There a comma groups and a dot is the decimal point; elsewhere nobody can tell which is which. */
function groupsAsInIndia({ scales }: Figures): boolean {
  return scales.some(({ value }) => value === 100_000);
}

/** Zeros of the scripts that have digits of their own. */
const zeros = Array.from('0٠۰०০੦૦୦௦౦೦൦', (zero) => zero.codePointAt(0) ?? 0);

function asciiDigits(written: string): string {
  return written.replaceAll(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = zeros.find((each) => code >= each && code <= each + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}
