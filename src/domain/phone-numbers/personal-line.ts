import { Metadata, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/max/metadata';

/** What the library's numbering plans have and its types leave out. */
interface TypedPlan {
  nationalNumberPattern(): string;
  type(
    name: 'FIXED_LINE' | 'MOBILE',
  ): { pattern(): string; possibleLengths(): number[] | undefined } | undefined;
}

type Test = (nationalNumber: string) => boolean;

/** By country. The library writes each expression anew for each number, and the longest have two thousand characters: that was half of what reading a number cost. */
const tests = new Map<CountryCode, Test>();

/**
 * Whether a number is one of a mobile phone or a fixed line, as the library's `getType` has it, which tells apart more. The same for numbers of every country
 * (`test/unit/phone-numbers`).
 */
export function isPersonalLine(country: CountryCode, nationalNumber: string): boolean {
  const known = tests.get(country) ?? testOf(country);
  tests.set(country, known);
  return known(nationalNumber);
}

function testOf(country: CountryCode): Test {
  const plans = new Metadata(metadata);
  plans.selectNumberingPlan(country);
  const plan = plans.numberingPlan as unknown as TypedPlan;
  const isValid = entirely(plan.nationalNumberPattern());
  const types = [typeOf(plan, 'MOBILE'), typeOf(plan, 'FIXED_LINE')];
  return (number) => isValid.test(number) && types.some((isOfType) => isOfType(number));
}

function typeOf(plan: TypedPlan, name: 'FIXED_LINE' | 'MOBILE'): Test {
  const type = plan.type(name);
  // none at all, or the same as that of fixed lines
  if (type === undefined || type.pattern() === '') return () => false;
  const pattern = entirely(type.pattern());
  const lengths = type.possibleLengths();
  return (number) => (lengths === undefined || lengths.includes(number.length)) && pattern.test(number);
}

function entirely(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
