import { Problem } from './problem.ts';
import { readJsonBody } from './read-json-body.ts';

/** A body that is either JSON or a file, which is told by its media type; what the file is, by its content. */
export type UploadBody =
  { kind: 'json'; received: unknown } | { kind: 'file'; chunks: AsyncIterable<Uint8Array> };

/** @param largestBytes of the file; more is 413 before any of it is read, where its length was announced */
export async function readUpload(request: Request, largestBytes: number): Promise<UploadBody> {
  const type = (request.headers.get('Content-Type') ?? '').trim().toLowerCase();
  if (/^application\/([a-z0-9.-]+\+)?json\b/.test(type))
    return { kind: 'json', received: await readJsonBody(request) };
  refuseWrapped(type, request.headers.get('Content-Encoding') ?? 'identity');
  const announced = Number(request.headers.get('Content-Length') ?? '0');
  if (announced > largestBytes) throw uploadTooLarge(largestBytes);
  return { kind: 'file', chunks: request.body === null ? nothing() : complete(request.body) };
}

export function uploadTooLarge(largestBytes: number): Problem {
  return new Problem('body_too_large', `A file may have at most ${largestBytes} bytes.`);
}

function refuseWrapped(type: string, encoding: string): void {
  if (type.startsWith('multipart/') || encoding.toLowerCase() !== 'identity') {
    throw new Problem(
      'unsupported_media_type',
      'Send the file itself as the body, neither in a form nor compressed: with curl, by --upload-file.',
    );
  }
}

async function* complete(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw new Problem(
      'body_incomplete',
      'The connection broke, or the request was too slow, before the file was complete.',
    );
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // an empty body has no chunks
}
