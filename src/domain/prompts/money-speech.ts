import type { Figures, Unit } from './figures.ts';
import { countedWords, everyCountedForm, everyNumberWord } from './number-speech.ts';

const mostUnits = 1e13;

/** An amount in words, rounded to hundredths: «ten rupees and fifty paise»; nothing for what is no amount, or in a currency without words. */
export function moneyWords(amount: number, currency: string, figures: Figures): string[] {
  const units = currencyOf(currency, figures);
  if (units === undefined || !(Math.abs(amount) < mostUnits)) return [];
  const hundredths = Math.round(Math.abs(amount) * 100);
  const [major, minor] = [Math.floor(hundredths / 100), hundredths % 100];
  const minus = amount < 0 && hundredths > 0 ? [figures.minus] : [];
  const big = major > 0 || minor === 0 ? unitWords(major, units.major, figures) : [];
  const small = minor > 0 ? unitWords(minor, units.minor, figures) : [];
  const { and } = figures.money;
  const joint = big.length > 0 && small.length > 0 && and !== undefined ? [and] : [];
  return [...minus, ...big, ...joint, ...small];
}

/** Every fragment that an amount of the currency could need. */
export function everyMoneyWord(currency: string, figures: Figures): string[] {
  const units = currencyOf(currency, figures);
  if (units === undefined) return [];
  const words = [units.major, units.minor].flatMap((unit) => [
    ...everyNumberWord(figures, unit.gender),
    ...everyCountedForm(unit),
  ]);
  return [...words, figures.money.and ?? []].flat();
}

function currencyOf(currency: string, { money }: Figures) {
  return Object.hasOwn(money.currencies, currency) ? money.currencies[currency] : undefined;
}

function unitWords(count: number, unit: Unit, figures: Figures): string[] {
  const unitFirst = figures.money.unit_first ?? false;
  return countedWords(count, unit, { figures, gender: unit.gender ?? 'masculine', unitFirst });
}
