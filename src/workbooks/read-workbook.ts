import type { Sheet } from '../domain/flows/importers/workbook.ts';
import { readSharedTexts, readSheet } from './read-sheet.ts';
import { readXml } from './read-xml.ts';
import { unpack } from './unpack.ts';
import { tooLarge, unreadable } from './workbook-fault.ts';

const workbookPart = 'xl/workbook.xml';
const relationsPart = 'xl/_rels/workbook.xml.rels';
const mostSheets = 50;

/**
 * The sheets of an .xlsx workbook (ECMA-376) as text. Size, cells and rows are bounded, whatever the file claims.
 *
 * @param wanted whether a sheet of this name is to be read: what nobody asks for is not looked at
 * @throws WorkbookFault
 */
export async function readWorkbook(bytes: Uint8Array, wanted: (name: string) => boolean): Promise<Sheet[]> {
  const parts = await unpack(bytes, (name) => /^xl\/[^.]*\.xml(\.rels)?$/i.test(name) && !isUnneeded(name));
  const workbook = parts.get(workbookPart);
  if (workbook === undefined)
    throw unreadable('is a zip file, but no .xlsx workbook: it has no part for one');
  const sheets = (await readSheetNames(workbook)).filter(({ name }) => wanted(name));
  if (sheets.length > mostSheets) throw tooLarge(`has more than ${mostSheets} sheets`);
  const targets = await readRelations(parts.get(relationsPart));
  const shared = [...parts].find(([name]) => name.toLowerCase() === 'xl/sharedstrings.xml')?.[1];
  const sharedTexts = shared === undefined ? [] : await readSharedTexts(shared);
  const read: Sheet[] = [];
  for (const { name, relation } of sheets) {
    const part = parts.get(partName(targets.get(relation) ?? ''));
    if (part === undefined) throw unreadable(`names a sheet «${name.slice(0, 100)}», which is not in it`);
    read.push({ name, rows: await readSheet(part, sharedTexts) });
  }
  return read;
}

function isUnneeded(name: string): boolean {
  return /^xl\/(theme|drawings|charts|media|pivot|comments|styles)/i.test(name);
}

async function readSheetNames(part: Uint8Array): Promise<{ name: string; relation: string }[]> {
  const sheets: { name: string; relation: string }[] = [];
  await readXml(part, {
    open(name, attributes) {
      // The relation's id is `r:id`, which without its prefix is `id`.
      if (name === 'sheet') sheets.push({ name: attributes['name'] ?? '', relation: attributes['id'] ?? '' });
    },
  });
  return sheets;
}

async function readRelations(part: Uint8Array | undefined): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (part === undefined) return targets;
  await readXml(part, {
    open(name, attributes) {
      if (name === 'Relationship') targets.set(attributes['Id'] ?? '', attributes['Target'] ?? '');
    },
  });
  return targets;
}

function partName(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
}
