import { keys } from '../../keys.ts';
import type { FormChoice } from './form-builder.ts';

/** Digits alone: `*` repeats, `#` ends an entry. */
export const optionKeys = keys.slice(0, 10);

/** The options of a `choice` step, on the keys from 1 on. */
export function optionsOf(
  choices: readonly FormChoice[],
): Record<string, { value: string; label: Record<string, string> }> {
  return Object.fromEntries(
    choices.map(({ value, label }, index) => [
      optionKeys[index] ?? '',
      { value, label: Object.fromEntries(label) },
    ]),
  );
}
