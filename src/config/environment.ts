import { readFileSync } from 'node:fs';
import { suggestionFrom } from '../domain/suggest.ts';
import { sentenceOf } from './config.ts';

/**
 * Reads variables one by one and gathers what is wrong with them, so that an operator hears of all mistakes at once. A secret may stand
 * in a file that `<NAME>_FILE` names: values of variables show in process lists and crash reports.
 */
export class Environment {
  readonly mistakes: string[] = [];
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #known = new Set<string>();

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  /** The value, or undefined where it is unset or empty. */
  text(name: string): string | undefined {
    this.#known.add(name);
    return this.#variables[name] === '' ? undefined : this.#variables[name];
  }

  secret(name: string): string | undefined {
    const value = this.text(name);
    const file = this.text(`${name}_FILE`);
    if (file === undefined) return value;
    if (value !== undefined) this.mistake(name, `is set, and ${name}_FILE as well: set one of them`);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      this.mistake(`${name}_FILE`, `names ${file}, which cannot be read`);
      return value;
    }
  }

  /** @param parse gives the value, or undefined where the text is not one; `expected` ends the sentence «must be …» */
  parsed<T>(
    name: string,
    rule: { parse: (text: string) => T | undefined; expected: string; otherwise: T },
  ): T {
    const text = this.text(name);
    if (text === undefined) return rule.otherwise;
    const value = rule.parse(text);
    if (value === undefined) this.mistake(name, `must be ${rule.expected}, not «${text}»`);
    return value ?? rule.otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    const parse = (text: string): boolean | undefined => ({ true: true, false: false })[text];
    return this.parsed(name, { parse, expected: 'true or false', otherwise });
  }

  mistake(name: string, what: string): void {
    this.mistakes.push(`${name} ${what}`);
  }

  /** A misspelt name would otherwise be a default that nobody chose. */
  refuseUnknown(prefix: string): void {
    for (const name of Object.keys(this.#variables)) {
      if (name.startsWith(prefix) && !this.#known.has(name))
        this.mistake(
          name,
          sentenceOf({
            detail: 'is not a variable of this program',
            ...suggestionFrom([...this.#known], name),
          }),
        );
    }
  }
}
