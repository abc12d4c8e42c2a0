import type { Fault } from '../domain/fault.ts';
import { mostFaults } from '../domain/explain-issues.ts';
import { pointerTo } from '../domain/pointer-to.ts';

/** Deeper than any request of this API needs, and shallow enough for every recursive reader behind us. */
export const deepestNesting = 64;

/** More members in one object or list than any request of this API needs; each would be walked by every schema behind us. */
export const mostMembers = 2_000;

const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

interface Place {
  parent: Place | null;
  name: string | number;
  value: object;
  depth: number;
}

export interface JsonCheck {
  faults: Fault[];
  /** Nested too deep or too wide: nothing behind us may read it. */
  tooLarge: boolean;
}

/**
 * Finds what no request may contain, wherever it stands, also where a schema says «any JSON»: control characters, lone surrogates
 * (neither can be stored), numbers beyond what a double holds, a `__proto__` (never a field, always an attack), nesting that would
 * exhaust the stack of a recursive reader, and objects so wide that validating them would hold up everybody else. Walks without recursion, in time proportional to the size.
 */
export function checkJson(root: unknown): JsonCheck {
  const check: JsonCheck = { faults: [], tooLarge: false };
  if (typeof root !== 'object' || root === null) {
    addFault(check, { parent: null, name: '', value: {}, depth: 0 }, null, faultOfScalar(root));
    return check;
  }
  const open: Place[] = [{ parent: null, name: '', value: root, depth: 1 }];
  for (let place = open.pop(); place !== undefined && check.faults.length < mostFaults; place = open.pop()) {
    checkMembers(check, place, open);
  }
  return check;
}

function checkMembers(check: JsonCheck, place: Place, open: Place[]): void {
  const members = [...membersOf(place.value)];
  if (members.length > mostMembers) {
    check.tooLarge = addFault(check, place, null, `has more than ${mostMembers} members`);
    return;
  }
  for (const [name, member] of members) {
    if (check.faults.length >= mostFaults) return;
    if (typeof name === 'string') addFault(check, place, name, faultOfName(name));
    if (typeof member !== 'object' || member === null) addFault(check, place, name, faultOfScalar(member));
    else if (place.depth < deepestNesting)
      open.push({ parent: place, name, value: member, depth: place.depth + 1 });
    else check.tooLarge = addFault(check, place, name, `is nested deeper than ${deepestNesting} levels`);
  }
}

function membersOf(value: object): Iterable<[string | number, unknown]> {
  return Array.isArray(value) ? (value as unknown[]).entries() : Object.entries(value);
}

function faultOfName(name: string): string | null {
  if (name === '__proto__') return 'is not a known field';
  const fault = faultOfText(name);
  return fault === null ? null : `the name ${fault}`;
}

function faultOfScalar(value: unknown): string | null {
  if (typeof value === 'string') return faultOfText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return 'is a number too large to be kept';
  return null;
}

function faultOfText(text: string): string | null {
  if (controlCharacters.test(text)) return 'must not have control characters';
  if (!text.isWellFormed()) return 'must not have lone surrogates';
  return null;
}

function addFault(
  check: JsonCheck,
  place: Place,
  name: string | number | null,
  detail: string | null,
): boolean {
  if (detail === null) return false;
  const path: (string | number)[] = name === null ? [] : [name];
  for (let at = place; at.parent !== null; at = at.parent) path.unshift(at.name);
  check.faults.push({ pointer: pointerTo(...path), detail });
  return true;
}
