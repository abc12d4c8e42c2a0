import { matchesKeyPattern, parseKeyPattern } from '../key-pattern.ts';
import type { DigitsStep } from './digits-definition.ts';

/** Whether digits are an answer to the question: by length, range and pattern. */
export function isAcceptable(step: DigitsStep, value: string): boolean {
  const { min = 1, max, range, pattern } = step;
  if (!/^[0-9]+$/.test(value) || value.length < min || value.length > max) return false;
  if (range !== undefined && (Number(value) < range[0] || Number(value) > range[1])) return false;
  if (pattern === undefined) return true;
  const parsed = parseKeyPattern(pattern);
  return parsed.result === 'pattern' && matchesKeyPattern(parsed.pattern, value);
}
