import { Problem } from './problem.ts';
import { readCsvRows, type ReadHeader } from './read-csv-rows.ts';
import { readJsonBody } from './read-json-body.ts';
import { readNdjsonRows } from './read-ndjson-rows.ts';
import type { UploadedRow } from './uploaded-row.ts';

/** Of a CSV or of lines of JSON; a list in one JSON document has the limit of every body. */
export const longestUploadBytes = 512 * 1024 * 1024;

/**
 * The rows of an upload, by its media type, read as they are asked for.
 *
 * @param readHeader of a CSV; by default that of a campaign's calls
 */
export function readRows(request: Request, readHeader?: ReadHeader): AsyncIterable<UploadedRow> {
  const type = (request.headers.get('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  switch (type) {
    case 'text/csv':
      return readCsvRows(bounded(request), readHeader);
    case 'application/x-ndjson':
    case 'application/jsonl':
      return readNdjsonRows(bounded(request));
    case 'application/json':
      return readListRows(request);
    default:
      throw new Problem(
        'unsupported_media_type',
        'Send the rows as text/csv, as application/x-ndjson, or as a list in application/json.',
      );
  }
}

async function* readListRows(request: Request): AsyncGenerator<UploadedRow> {
  const received = await readJsonBody(request);
  if (!Array.isArray(received))
    throw new Problem('invalid_request', 'The body must be a list of requests for calls.', {
      fields: [{ pointer: '', detail: 'must be a list' }],
    });
  for (const [index, each] of received.entries()) yield { line: index + 1, received: each as unknown };
}

function bounded(request: Request): ReadableStream<Uint8Array> {
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > longestUploadBytes)
        controller.error(
          new Problem('body_too_large', `An upload may have at most ${longestUploadBytes} bytes.`),
        );
      else controller.enqueue(chunk);
    },
  });
  return (request.body ?? new ReadableStream({ start: (controller) => controller.close() })).pipeThrough(
    counter,
  );
}
