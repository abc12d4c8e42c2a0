/** A parsed expression of `if` and `set`. `at` in faults is a position in the text, counted from 0. */
export type Expression =
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'name'; name: string }
  | { kind: 'selected'; name: string; value: Expression }
  | { kind: 'not' | 'negative'; operand: Expression }
  | { kind: 'binary'; operator: Operator; left: Expression; right: Expression };

export type Operator = 'or' | 'and' | Comparison | Arithmetic;
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | 'mod';

/** Words of the language itself: nothing else may be called so. */
export const reservedWords: ReadonlySet<string> = new Set([
  'and',
  'or',
  'not',
  'mod',
  'div',
  'true',
  'false',
  'null',
  'selected',
]);

/** Every name that the expression reads. */
export function namesOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'value':
      return [];
    case 'name':
      return [expression.name];
    case 'selected':
      return [expression.name, ...namesOf(expression.value)];
    case 'not':
    case 'negative':
      return namesOf(expression.operand);
    case 'binary':
      return [...namesOf(expression.left), ...namesOf(expression.right)];
  }
}
