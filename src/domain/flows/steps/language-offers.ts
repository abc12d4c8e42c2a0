import { keys, type Key } from '../keys.ts';
import type { LanguageStep } from './language-definition.ts';

/** A language with the key that chooses it; `label` null where the gateway's own words offer it. */
export interface LanguageOffer {
  key: Key;
  language: string;
  label: string | null;
}

/** Beyond these a step has to say itself which key is for what. */
export const mostUnlisted = 9;

/** In the order in which they are spoken. */
export function offersOf(step: LanguageStep, languages: readonly string[]): LanguageOffer[] {
  const { options } = step;
  if (options === undefined) {
    return languages
      .slice(0, mostUnlisted)
      .flatMap((language, index) => ({ key: keys[index] ?? '0', language, label: null }));
  }
  return keys.flatMap((key) => {
    const option = options[key];
    return option === undefined ? [] : [{ key, language: option.language, label: option.label ?? null }];
  });
}
