import type { Imported, StepDraft } from '../../../src/domain/flows/importers/import-note.ts';

/** Each step in a line: what it is and what it decides by. */
export function stepLines({ flow }: Imported): string[] {
  return flow.steps.map((step) => [step.id, step.type, ...factsOf(step)].join(' '));
}

/** Each note in a line: what became of which cell, or of which block. */
export function noteLines({ notes }: Imported): string[] {
  return notes.map(({ kind, place, name }) =>
    'sheet' in place
      ? [kind, place.sheet, place.row, place.column].join(' ')
      : [kind, name ?? place.flow].join(' '),
  );
}

function factsOf(step: StepDraft): string[] {
  const { max, range, pattern, options, when } = step as {
    max?: number;
    range?: [number, number];
    pattern?: string;
    options?: Record<string, { value: string; next?: string }>;
    when?: { if: string; next: string }[];
  };
  return [
    ...(max === undefined ? [] : [`max ${max}`]),
    ...(range === undefined ? [] : [`range ${range.join('-')}`]),
    ...(pattern === undefined ? [] : [`pattern ${pattern}`]),
    ...keysOf(options ?? {}).map(
      ([key, { value, next }]) => `${key}=${value}${next === undefined ? '' : `→${next}`}`,
    ),
    ...(when ?? []).map((each) => (each.next === 'next' ? each.if : `${each.if} → ${each.next}`)),
    ...(typeof step['else'] === 'string' ? [`else ${step['else']}`] : []),
    ...(typeof step['variable'] === 'string' ? [`${step['variable']} = ${String(step['value'])}`] : []),
    ...(typeof step['next'] === 'string' ? [`→ ${step['next']}`] : []),
    ...(typeof step['give_up'] === 'string' ? [`given up → ${step['give_up']}`] : []),
  ];
}

/** 0 is the last key, as it is read out. */
function keysOf<T>(options: Record<string, T>): [string, T][] {
  return Object.entries(options).toSorted(([one], [other]) => (Number(one) || 10) - (Number(other) || 10));
}
