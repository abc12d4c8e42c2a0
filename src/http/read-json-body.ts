import { Problem } from './problem.ts';

/** The contract's limit for a body; bulk routes and uploads have limits of their own. */
export const longestBodyBytes = 1024 * 1024;
/** 1 MiB takes 9 s at 1 Mbit/s. */
const longestWaitMs = 60_000;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const jsonType = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?;?$/i;

/** The parsed body; undefined where there is none. Duplicate names: the last one counts, as JSON.parse has it. */
export async function readJsonBody(request: Request): Promise<unknown> {
  const bytes = await inTime(readBytes(request));
  if (bytes.byteLength === 0) return undefined;
  refuseOtherTypes(request.headers);
  return parse(decode(bytes));
}

function refuseOtherTypes(headers: Headers): void {
  const type = headers.get('Content-Type') ?? '';
  if (!jsonType.test(type.trim())) {
    throw new Problem(
      'unsupported_media_type',
      'Send the body as JSON, with the header Content-Type: application/json.',
    );
  }
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

/** A length that was announced is believed (Node's parser holds the sender to it), everything else is counted as it comes. */
async function readBytes(request: Request): Promise<Uint8Array> {
  const announced = request.headers.get('Content-Length');
  if (announced !== null && Number(announced) > longestBodyBytes) throw tooLarge();
  try {
    if (announced !== null) return new Uint8Array(await request.arrayBuffer());
    return request.body === null ? new Uint8Array() : await readCounted(request.body);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(
      'body_incomplete',
      'The connection broke, or the request was too slow, before the body was complete.',
    );
  }
}

async function readCounted(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of body) {
    byteLength += chunk.byteLength;
    if (byteLength > longestBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, byteLength);
}

function tooLarge(): Problem {
  return new Problem('body_too_large', `A body may have at most ${longestBodyBytes} bytes.`);
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
  } catch {
    // V8's message quotes the body, and with it perhaps a number or a name: it is not repeated.
    throw new Problem('invalid_json', 'The body cannot be parsed as JSON.');
  }
}
