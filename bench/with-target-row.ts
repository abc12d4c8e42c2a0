import type { TargetRow } from './targets.ts';

/** A row of the table of targets, as a line of Markdown. */
export function targetLine({ what, target, measured, met }: TargetRow): string {
  return `| ${met ? '✓' : '✗'} | ${what} | ${target} | ${measured} |`;
}

/** The document with this row in its table of targets: in place of the one about the same, else as the last. */
export function withTargetRow(document: string, row: TargetRow): string {
  const lines = document.split('\n');
  const same = lines.findIndex((line) => line.split(' | ')[1] === row.what);
  if (same >= 0) return lines.with(same, targetLine(row)).join('\n');
  const begin = lines.indexOf('## Against the targets');
  if (begin < 0) return document;
  const first = lines.findIndex((line, index) => index > begin && line.startsWith('|'));
  const rows = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines.toSpliced(first + rows, 0, targetLine(row)).join('\n');
}
