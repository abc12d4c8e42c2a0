import { setImmediate as nextTurn } from 'node:timers/promises';
import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { tooLarge, unreadable, WorkbookFault } from './workbook-fault.ts';

/** All parts together, unpacked. A form of a thousand questions in five languages has about one MiB. */
export const mostUnpackedBytes = 24 * 1024 * 1024;
const mostParts = 1_000;
const signature = [0x50, 0x4b, 0x03, 0x04];

/** Small, so that what one push unpacks (deflate makes a thousand bytes of one at most) holds up nobody else for long. */
const pushedBytes = 4 * 1024;
const pushesPerTurn = 16;

/**
 * The parts of a zip file that `wanted` names, unpacked. The sizes that the file claims are not believed: what comes out is counted, and the rest left
 * packed when it is too much. Between portions everybody else has their turn.
 *
 * @throws WorkbookFault
 */
export async function unpack(
  bytes: Uint8Array,
  wanted: (name: string) => boolean,
): Promise<Map<string, Uint8Array>> {
  if (!signature.every((byte, index) => bytes[index] === byte))
    throw unreadable('is no .xlsx workbook: it is not even a zip file');
  const unpacking: Unpacking = { parts: new Map(), count: 0, byteLength: 0, fault: null };
  const unzip = new Unzip((file) => take(unpacking, file, wanted));
  unzip.register(UnzipInflate);
  try {
    await push(unzip, bytes, unpacking);
  } catch (error) {
    if (error instanceof WorkbookFault) throw error;
    throw unreadable('is no .xlsx workbook, or it is damaged: it cannot be unpacked', error);
  }
  return new Map([...unpacking.parts].map(([name, chunks]) => [name, Buffer.concat(chunks)]));
}

interface Unpacking {
  parts: Map<string, Uint8Array[]>;
  count: number;
  byteLength: number;
  fault: Error | null;
}

async function push(unzip: Unzip, bytes: Uint8Array, unpacking: Unpacking): Promise<void> {
  for (let at = 0, pushes = 1; at < bytes.byteLength; at += pushedBytes, pushes += 1) {
    const end = Math.min(at + pushedBytes, bytes.byteLength);
    unzip.push(bytes.subarray(at, end), end === bytes.byteLength);
    if (unpacking.fault !== null) throw unpacking.fault;
    if (pushes % pushesPerTurn === 0) await nextTurn();
  }
}

function take(unpacking: Unpacking, file: UnzipFile, wanted: (name: string) => boolean): void {
  unpacking.count += 1;
  if (unpacking.count > mostParts) throw tooLarge(`has more than ${mostParts} parts`);
  if (!wanted(file.name) || unpacking.parts.has(file.name)) return;
  const chunks: Uint8Array[] = [];
  unpacking.parts.set(file.name, chunks);
  file.ondata = (error, chunk) => {
    if (error !== null) {
      unpacking.fault ??= error;
      return;
    }
    unpacking.byteLength += chunk.byteLength;
    if (unpacking.byteLength > mostUnpackedBytes)
      throw tooLarge(`has more than ${mostUnpackedBytes} bytes when it is unpacked`);
    chunks.push(chunk);
  };
  file.start();
}
