import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetRow } from './targets.ts';
import { withSection } from './with-section.ts';
import { withTargetRow } from './with-target-row.ts';

/** A part of the benchmark that is run by itself (`--only NAME`), and has a file of results and a section of the document of its own. */
export interface OwnPart<PartResults> {
  name: string;
  /** The first line of its section. */
  heading: string;
  sectionOf: (results: PartResults) => string;
  /** Its row among the targets; null where it is about none. */
  rowOf: ((results: PartResults) => TargetRow) | null;
}

const root = join(import.meta.dirname, '..');
const documentFile = join(root, 'docs/performance.md');
const fileOf = ({ name }: Pick<OwnPart<never>, 'name'>): string => join(root, `bench/results/${name}.json`);

/** Writes the results of a whole run, and what the document tells of them. */
export async function keepResults<PartResults>(
  part: OwnPart<PartResults>,
  results: PartResults,
  say: (line: string) => void,
): Promise<void> {
  await mkdir(join(root, 'bench/results'), { recursive: true });
  await writeFile(fileOf(part), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(documentFile, withResults(part, await readFile(documentFile, 'utf8'), results));
  say(`\nWritten: bench/results/${part.name}.json and docs/performance.md`);
}

/** The document with what the last whole run came to; as it is where there was none. */
export async function withStoredResults<PartResults>(
  part: OwnPart<PartResults>,
  document: string,
): Promise<string> {
  const text = await readFile(fileOf(part), 'utf8').catch(() => null);
  return text === null ? document : withResults(part, document, JSON.parse(text) as PartResults);
}

function withResults<PartResults>(
  part: OwnPart<PartResults>,
  document: string,
  results: PartResults,
): string {
  const withRow = part.rowOf === null ? document : withTargetRow(document, part.rowOf(results));
  return withSection(withRow, { heading: part.heading, text: part.sectionOf(results) });
}
