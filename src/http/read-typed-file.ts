import { Problem } from './problem.ts';
import { readBytes } from './read-bytes.ts';
import { isJsonType, refuseEncodings } from './read-json-body.ts';

/** A file that was sent. */
export interface TypedFile {
  /** One of the types that were asked for. */
  type: string;
  bytes: Uint8Array;
}

/**
 * The file of a request, where it is of a type and size that the route takes.
 *
 * @param types media types without parameters; `application/json` stands for its kin too
 * @throws Problem
 */
export async function readTypedFile(
  request: Request,
  { types, longestBytes }: { types: readonly string[]; longestBytes: number },
): Promise<TypedFile> {
  const written = request.headers.get('Content-Type') ?? '';
  const plain = written.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const type = types.find((each) => each === plain || (each === 'application/json' && isJsonType(written)));
  if (type === undefined)
    throw new Problem(
      'unsupported_media_type',
      `Send the file with its type in the header Content-Type: ${types.join(' or ')}.`,
    );
  refuseEncodings(request.headers);
  return { type, bytes: await readBytes(request, longestBytes) };
}
