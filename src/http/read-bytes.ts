import { Problem } from './problem.ts';

/**
 * A body as it came. A length that was announced is believed (Node's parser holds the sender to it), everything else is counted as it comes.
 *
 * @throws Problem when it has more than `longestBytes`, or ends too early
 */
export async function readBytes(request: Request, longestBytes: number): Promise<Uint8Array> {
  const announced = request.headers.get('Content-Length');
  if (announced !== null && Number(announced) > longestBytes) throw tooLarge(longestBytes);
  try {
    if (announced !== null) return new Uint8Array(await request.arrayBuffer());
    return request.body === null ? new Uint8Array() : await readCounted(request.body, longestBytes);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(
      'body_incomplete',
      'The connection broke, or the request was too slow, before the body was complete.',
    );
  }
}

async function readCounted(body: ReadableStream<Uint8Array>, longestBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of body) {
    byteLength += chunk.byteLength;
    if (byteLength > longestBytes) throw tooLarge(longestBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, byteLength);
}

function tooLarge(longestBytes: number): Problem {
  return new Problem('body_too_large', `A body may have at most ${longestBytes} bytes.`);
}
