import { setImmediate as nextTurn } from 'node:timers/promises';
import { Parser } from 'saxen';
import { unreadable } from './workbook-fault.ts';

/** What is made of a part; names come without the prefix of their namespace, which differs from program to program. */
export interface XmlReader {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const chunkCharacters = 64 * 1024;

/**
 * Reads a part in portions, between which everybody else has their turn. Entities that a document type declares are not expanded.
 *
 * @throws WorkbookFault
 */
export async function readXml(bytes: Uint8Array, reader: XmlReader): Promise<void> {
  const xml = new TextDecoder().decode(bytes);
  const faults: unknown[] = [];
  const parser = parserFor(reader, faults);
  for (let at = 0; at < xml.length; at += chunkCharacters) {
    parser.write(xml.slice(at, at + chunkCharacters));
    if (faults.length > 0) break;
    await nextTurn();
  }
  const left = parser.end();
  const fault = faults[0] ?? left;
  if (fault !== null && fault !== undefined)
    throw unreadable('is no .xlsx workbook, or it is damaged: a part of it is no proper XML', fault);
}

function parserFor(reader: XmlReader, faults: unknown[]): Parser {
  return new Parser()
    .on('openTag', (name, attributes, decode, isSelfClosing) => {
      const decoded = Object.entries(attributes()).map(([key, value]) => [localName(key), decode(value)]);
      reader.open?.(localName(name), Object.fromEntries(decoded) as Record<string, string>);
      if (isSelfClosing) reader.close?.(localName(name));
    })
    .on('closeTag', (name) => reader.close?.(localName(name)))
    .on('text', (text, decode) => reader.text?.(decode(text)))
    .on('cdata', (text) => reader.text?.(text))
    .on('error', (error) => void faults.push(error));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
