import { expect } from 'vitest';
import type { MendableFault } from '../../src/domain/fault.ts';

/** The fault as «pointer: detail», once it is seen that it says what to do, in a sentence that is not its detail again. */
export function mendable({ pointer, detail, suggestion }: MendableFault): string {
  expect(suggestion, `${pointer} ${detail}`).toMatch(/^[^a-z][^]*[.?…]$/);
  expect(suggestion).not.toMatch(/undefined|NaN|Infinity|\[object/);
  expect(suggestion).not.toContain(detail);
  return `${pointer}: ${detail}`;
}
