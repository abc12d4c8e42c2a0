/** The keys of a phone, in the order in which options are read out: nobody offers 0 first. */
export const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'] as const;
export type Key = (typeof keys)[number];

export function isDigit(key: Key): boolean {
  return key !== '*' && key !== '#';
}

export function isKey(text: string): text is Key {
  return keys.some((key) => key === text);
}
