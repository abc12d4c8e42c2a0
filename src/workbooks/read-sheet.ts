import type { SheetRow } from '../domain/flows/importers/workbook.ts';
import { readXml } from './read-xml.ts';
import { tooLarge } from './workbook-fault.ts';

/** More than any form has; a sheet of results has more, and is none. */
export const mostCells = 200_000;
export const mostRows = 10_000;
const mostColumns = 512;

/** Texts that cells share, by their number. Formatted texts are put together, what says how they are read (`rPh`) is left out. */
export async function readSharedTexts(part: Uint8Array): Promise<string[]> {
  const texts: string[] = [];
  const reading = { text: '', inText: false, phonetic: 0 };
  await readXml(part, {
    open(name) {
      if (name === 'si') reading.text = '';
      if (name === 'rPh') reading.phonetic += 1;
      reading.inText = name === 't' && reading.phonetic === 0;
    },
    text(text) {
      if (reading.inText) reading.text += text;
    },
    close(name) {
      if (name === 't') reading.inText = false;
      if (name === 'rPh') reading.phonetic -= 1;
      if (name !== 'si') return;
      texts.push(decodeEscapes(reading.text));
      if (texts.length > mostCells) throw tooLarge(`has more than ${mostCells} texts`);
    },
  });
  return texts;
}

/** The rows of a sheet that have something in them. A cell with an error or a formula without a stored result is empty. */
export async function readSheet(part: Uint8Array, sharedTexts: readonly string[]): Promise<SheetRow[]> {
  const sheet = new SheetReader(sharedTexts);
  await readXml(part, sheet);
  return sheet.rows;
}

class SheetReader {
  readonly rows: SheetRow[] = [];
  readonly #sharedTexts: readonly string[];
  #rowNumber = 0;
  #cells = new Map<number, string>();
  #cellCount = 0;
  #column = -1;
  #type = '';
  #text = '';
  #inText = false;
  #phonetic = 0;

  constructor(sharedTexts: readonly string[]) {
    this.#sharedTexts = sharedTexts;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#openRow(attributes['r']);
    else if (name === 'c') this.#openCell(attributes['r'], attributes['t']);
    else if (name === 'rPh') this.#phonetic += 1;
    else this.#inText = (name === 'v' || name === 't') && this.#phonetic === 0;
  }

  text(text: string): void {
    if (this.#inText) this.#text += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#inText = false;
    if (name === 'rPh') this.#phonetic -= 1;
    if (name === 'c') this.#closeCell();
    if (name === 'row' && this.#cells.size > 0) this.#keepRow();
  }

  /** Numbers may be left out: then it is the row after the one before. */
  #openRow(written: string | undefined): void {
    const number = Number(written);
    this.#rowNumber = Number.isInteger(number) && number > 0 ? number : this.#rowNumber + 1;
    this.#cells = new Map();
    this.#column = -1;
  }

  #openCell(place: string | undefined, type = ''): void {
    const letters = /^([A-Z]{1,3})\d+$/.exec(place ?? '')?.[1];
    this.#column = letters === undefined ? this.#column + 1 : columnOf(letters);
    this.#type = type;
    this.#text = '';
  }

  #closeCell(): void {
    const text = this.#cellText();
    if (text.trim() === '') return;
    this.#cellCount += 1;
    if (this.#cellCount > mostCells) throw tooLarge(`has a sheet with more than ${mostCells} cells`);
    if (this.#column < mostColumns) this.#cells.set(this.#column, text);
  }

  #cellText(): string {
    if (this.#type === 's') return this.#sharedTexts[Number(this.#text)] ?? '';
    if (this.#type === 'b') return this.#text.trim() === '1' ? 'TRUE' : 'FALSE';
    if (this.#type === 'e') return '';
    if (this.#type === 'inlineStr' || this.#type === 'str') return decodeEscapes(this.#text);
    // Spreadsheets show 15 digits of a number and store 17: 3.0000000000000001E-2 is 0.03.
    const number = Number(this.#text);
    return this.#text.trim() === '' || Number.isNaN(number)
      ? this.#text
      : String(Number(number.toPrecision(15)));
  }

  #keepRow(): void {
    if (this.rows.length >= mostRows) throw tooLarge(`has a sheet with more than ${mostRows} rows`);
    this.rows.push({ number: this.#rowNumber, cells: this.#cells });
  }
}

function columnOf(letters: string): number {
  return Array.from(letters).reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** ECMA-376 writes what XML cannot have as `_x000D_`. */
function decodeEscapes(text: string): string {
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
