/** Row: the check so far; column: the next digit (Damm, 2004). It catches every wrong digit and every two that changed places. */
const quasigroup = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];

/** As many as people keep in mind, in two groups. */
export const referenceDigits = 7;

/** A number that is read to a person, from digits drawn by chance: their check is its last digit. */
export function referenceNumberOf(digits: string): string {
  return `${digits}${checkOf(digits)}`;
}

/** Whether somebody who reads the number back can have read it rightly. */
export function isReferenceNumber(text: string): boolean {
  return text.length === referenceDigits && /^[0-9]+$/.test(text) && checkOf(text) === '0';
}

function checkOf(digits: string): string {
  return Array.from(digits).reduce((check, digit) => quasigroup[Number(check)]?.[Number(digit)] ?? '0', '0');
}
