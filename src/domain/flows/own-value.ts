/** The record's own value: a step or variable that is called `constructor` must not find what JavaScript put there. */
export function ownValue<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
