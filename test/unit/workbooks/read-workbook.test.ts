import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Sheet } from '../../../src/domain/flows/importers/workbook.ts';
import { mostCells } from '../../../src/workbooks/read-sheet.ts';
import { readWorkbook } from '../../../src/workbooks/read-workbook.ts';
import { mostUnpackedBytes } from '../../../src/workbooks/unpack.ts';
import { WorkbookFault } from '../../../src/workbooks/workbook-fault.ts';
import { workbookOf } from '../../support/workbook-of.ts';

const everySheet = (): boolean => true;

/** A workbook as a spreadsheet program may write it, with one sheet of this content. */
function packed(parts: Record<string, string>, level: 0 | 6 = 6): Uint8Array {
  const all: Record<string, string> = {
    'xl/workbook.xml':
      '<workbook xmlns:r="r"><sheets><sheet name="survey" sheetId="1" r:id="rId1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    ...parts,
  };
  return zipSync(Object.fromEntries(Object.entries(all).map(([name, text]) => [name, strToU8(text)])), {
    level,
  });
}

function sheet(rows: string): Record<string, string> {
  return { 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>` };
}

async function cellsOf(parts: Record<string, string>): Promise<unknown[]> {
  const [first] = await readWorkbook(packed(parts), everySheet);
  return (first?.rows ?? []).map(({ number, cells }) => [number, ...cells]);
}

async function faultOf(bytes: Uint8Array): Promise<WorkbookFault> {
  const thrown: unknown = await readWorkbook(bytes, everySheet).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(WorkbookFault);
  return thrown as WorkbookFault;
}

describe('a workbook', () => {
  it('is read as another program wrote it, with the numbers of its rows', async () => {
    const sheets = await readWorkbook(
      await workbookOf({ survey: [['type', 'name'], [], ['note', 'नमस्ते & <b>', 5, true]], other: [['x']] }),
      (name) => name === 'survey',
    );
    expect(sheets).toEqual<Sheet[]>([
      {
        name: 'survey',
        rows: [
          {
            number: 1,
            cells: new Map([
              [0, 'type'],
              [1, 'name'],
            ]),
          },
          {
            number: 3,
            cells: new Map([
              [0, 'note'],
              [1, 'नमस्ते & <b>'],
              [2, '5'],
              [3, 'TRUE'],
            ]),
          },
        ],
      },
    ]);
  });

  it.each<[string, Record<string, string>, unknown[]]>([
    [
      'texts that cells share, also formatted ones, without their reading aids',
      {
        ...sheet(
          '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>9</v></c></row>',
        ),
        'xl/sharedStrings.xml':
          '<sst><si><t>one</t></si><si><r><t xml:space="preserve">tw</t></r><r><rPr/><t>o</t></r><rPh><t>zwei</t></rPh></si></sst>',
      },
      [[1, [0, 'one'], [1, 'two']]],
    ],
    [
      'texts within the cell, results of formulas, truth, numbers, and no errors',
      sheet(
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a_x000D_b</t></is></c><c r="C2" t="str"><f>X</f><v>f</v></c><c r="D2" t="b"><v>1</v></c><c r="E2"><v>3.0000000000000001E-2</v></c><c r="F2" t="e"><v>#REF!</v></c></row>',
      ),
      [[2, [0, 'a\rb'], [2, 'f'], [3, 'TRUE'], [4, '0.03']]],
    ],
    [
      'rows and cells without numbers',
      sheet(
        '<row><c t="inlineStr"><is><t>a</t></is></c><c><v>1</v></c></row><row/><row><c><v>2</v></c></row>',
      ),
      [
        [1, [0, 'a'], [1, '1']],
        [3, [0, '2']],
      ],
    ],
    [
      'names with the prefix of a namespace',
      {
        'xl/worksheets/sheet1.xml':
          '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="AB1"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      },
      [[1, [27, '1']]],
    ],
    [
      'entities as they stand, and none that the file declares',
      {
        'xl/worksheets/sheet1.xml':
          '<!DOCTYPE a [<!ENTITY b "bomb">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&amp;&#65;&b;</v></c></row></sheetData></worksheet>',
      },
      [[1, [0, '&A&b;']]],
    ],
  ])('has %s', async (_, parts, expected) => {
    expect(await cellsOf(parts)).toEqual(expected);
  });
});

describe('a file that is refused', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['is empty', () => new Uint8Array(), 'not even a zip file'],
    ['is a text', () => strToU8('type,name,label'), 'not even a zip file'],
    ['is another zip file', () => zipSync({ 'a.txt': strToU8('a') }), 'no part for one'],
    ['has no sheet that it names', () => packed({}), 'names a sheet «survey»'],
    ['has broken XML', () => packed(sheet('<row r="1"><c></row>')), 'no proper XML'],
  ])('because it %s', async (_, bytes, reason) => {
    expect(await faultOf(bytes())).toMatchObject({
      code: 'workbook_unreadable',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('is a bomb: a thousand times larger than it was sent', async () => {
    const bytes = packed({ 'xl/worksheets/sheet1.xml': ' '.repeat(mostUnpackedBytes + 1) });
    expect(bytes.byteLength).toBeLessThan(mostUnpackedBytes / 500);
    expect(await faultOf(bytes)).toMatchObject({ code: 'workbook_too_large' });
  });

  it('has more cells than any form', async () => {
    const cells = '<c><v>1</v></c>'.repeat(400);
    const rows = `<row>${cells}</row>`.repeat(Math.ceil(mostCells / 400) + 1);
    expect(await faultOf(packed(sheet(rows)))).toMatchObject({ code: 'workbook_too_large' });
  });

  it('has more rows than any form', async () => {
    const rows = '<row><c><v>1</v></c></row>'.repeat(10_001);
    expect(await faultOf(packed(sheet(rows)))).toMatchObject({ code: 'workbook_too_large' });
  });

  it('is damaged anywhere: it is refused or read, and nothing else is thrown', async () => {
    const good = await workbookOf({
      survey: [
        ['type', 'name', 'label'],
        ['note', 'a', 'A'],
      ],
    });
    const damage = fc.oneof(
      fc.nat(good.length).map((length) => good.subarray(0, length)),
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 20 }).map((changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      }),
      fc.uint8Array({ maxLength: 100 }).map((tail) => Uint8Array.of(0x50, 0x4b, 3, 4, ...tail)),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        const outcome: unknown = await readWorkbook(bytes, everySheet).catch((error: unknown) => error);
        if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(WorkbookFault);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
