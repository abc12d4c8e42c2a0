import type { Tally } from './tally.ts';

const columns: Record<keyof Tally, string> = {
  calls: 'calls',
  kills: 'kills',
  missed: 'missed',
  resumed: 'resumed',
  unknown: 'unknown',
  lost: 'lost',
  dialledTwice: 'dialled twice',
  responsesLost: 'answers lost',
  misreported: 'misreported',
};

/** The table that `npm run test:faults` ends with. */
export function faultTable(rows: ReadonlyMap<string, Tally>): string {
  const names = Object.keys(columns) as (keyof Tally)[];
  const head = ['killed', ...names.map((name) => columns[name])];
  const lines = [...rows].map(([point, row]) => [point, ...names.map((name) => String(row[name]))]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? '').length)),
  );
  const format = (line: string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [head, ...lines].map(format).join('\n');
}
