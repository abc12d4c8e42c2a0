import { joinWithOr } from '../lib/join-with-or.ts';

/** The name that was perhaps meant, as the `suggestion` of a fault; nothing where none is near. */
export function suggestionFrom(names: readonly string[], written: string): { suggestion?: string } {
  if (written.length > 64) return {};
  const nearest = names
    .filter((name) => Math.abs(name.length - written.length) <= mostEdits)
    .map((name) => ({ name, edits: editsBetween(name, written) }))
    .toSorted((one, other) => one.edits - other.edits)[0];
  const isNear = nearest !== undefined && nearest.edits <= Math.min(mostEdits, Math.ceil(written.length / 2));
  return isNear ? { suggestion: `Did you mean «${nearest.name}»?` } : {};
}

const mostEdits = 2;

const mostListed = 5;

/** «a», «b» or «c»: the first few of what there is. */
export function oneOf(names: readonly string[]): string {
  const listed = [...new Set(names)].map((name) => `«${name}»`);
  if (listed.length > mostListed)
    return `${listed.slice(0, mostListed).join(', ')} or another of ${listed.length}`;
  return joinWithOr(listed);
}

/** Levenshtein's distance, one row at a time. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      const replaced = (row[at] ?? 0) + (other[at] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
