import { Problem } from './problem.ts';
import { readBytes } from './read-bytes.ts';

/** The contract's limit for a body; bulk routes and uploads have limits of their own. */
export const longestBodyBytes = 1024 * 1024;
/** 1 MiB takes 9 s at 1 Mbit/s. */
const longestWaitMs = 60_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const jsonType = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?$/i;

/** The parsed body; undefined where there is none. Duplicate names: the last one counts, as JSON.parse has it. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await inTime(readBytes(request, longestBodyBytes));
  if (bytes.byteLength === 0) return undefined;
  refuseOtherTypes(request.headers);
  return parseJson(bytes);
}

/** @throws Problem for what is no UTF-8 or no JSON */
export function parseJson(bytes: Uint8Array): unknown {
  return parse(decode(bytes));
}

export function isJsonType(type: string): boolean {
  return jsonType.test(type.trim());
}

function refuseOtherTypes(headers: Headers): void {
  const type = headers.get('Content-Type') ?? '';
  if (!isJsonType(type)) {
    throw new Problem(
      'unsupported_media_type',
      'Send the body as JSON, with the header Content-Type: application/json.',
    );
  }
  refuseEncodings(headers);
}

export function refuseEncodings(headers: Headers): void {
  const encoding = headers.get('Content-Encoding') ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new Problem(
      'unsupported_media_type',
      'Send the body uncompressed: no Content-Encoding is understood here.',
    );
  }
}

async function inTime<T>(reading: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new Problem('request_timeout', 'The request did not arrive in time.', {
          headers: { Connection: 'close' },
        }),
      ),
    longestWaitMs,
  );
  try {
    return await Promise.race([reading, promise]);
  } finally {
    clearTimeout(timer);
    reading.catch(() => undefined);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem('invalid_utf8', 'The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('invalid_json', `The body cannot be parsed as JSON${placeOf(error)}.`);
  }
}

/** V8's message quotes the body, and with it perhaps a number or a name: only the place is repeated, where it tells one. */
function placeOf(error: unknown): string {
  const [, line, column] =
    /\(line (\d+) column (\d+)\)$/.exec(error instanceof Error ? error.message : '') ?? [];
  return line === undefined || column === undefined ? '' : `: look at line ${line}, column ${column}`;
}
