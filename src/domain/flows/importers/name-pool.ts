import { reservedWords } from '../expressions/expression.ts';

const longestId = 56;
const taken = new Set([...reservedWords, 'language', 'score', 'end', 'next']);

/** Makes ids of other people's names: small letters, digits and `_`, each once, and none with a meaning of its own in expressions. */
export class NamePool {
  readonly #given = new Set<string>(taken);

  /** An id as near to `name` as it may be. */
  take(name: string, otherwise: string): string {
    const plain = plainId(name) || plainId(otherwise) || 'step';
    const first = /^[a-z]/.test(plain) ? plain : `q_${plain}`;
    let id = first;
    for (let count = 2; this.#given.has(id); count += 1) id = `${first}_${count}`;
    this.#given.add(id);
    return id;
  }
}

/** For the name of a flow, which has hyphens. */
export function flowIdOf(name: string): string {
  const id = plainId(name)
    .replaceAll('_', '-')
    .replace(/^[^a-z]+/, '');
  return id === '' || id.startsWith('inline-') ? 'imported-flow' : id;
}

function plainId(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replace(/^_+/, '')
    .slice(0, longestId)
    .replace(/_+$/, '');
}
