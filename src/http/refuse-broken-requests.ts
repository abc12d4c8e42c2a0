import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { IdSource } from '../domain/ids.ts';
import { Problem, problemDocument } from './problem.ts';
import { problemCodes, type ProblemCode } from './problem-codes.ts';

interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What is too broken to reach the app is answered in the same form as everything else: a problem document with a request id. */
export function refuseBrokenRequests(server: Server, ids: IdSource): void {
  server.on('checkExpectation', (_incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { status, headers, body } = describeRefusal(
      ids,
      'expectation_failed',
      'Nothing but 100-continue can be expected.',
    );
    outgoing.writeHead(status, headers).end(body);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const { status, headers, body } = describeRefusal(ids, ...whatBroke(error.code));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  });
}

/** For a request target or a Host header that no URL can be made of. */
export function refusalAsResponse(ids: IdSource): Response {
  const { status, headers, body } = describeRefusal(
    ids,
    'bad_request',
    'The Host header or the request target is missing or malformed.',
  );
  return new Response(body, { status, headers });
}

function whatBroke(code: string | undefined): [ProblemCode, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['headers_too_large', 'The headers of a request may have 16 KiB together.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['request_timeout', 'The request did not arrive in time.'];
    default:
      return ['bad_request', 'This is not HTTP/1.1 as RFC 9112 has it.'];
  }
}

function describeRefusal(ids: IdSource, code: ProblemCode, detail: string): Refusal {
  const requestId = ids.newId('req');
  const body = JSON.stringify(problemDocument(new Problem(code, detail), requestId));
  return {
    status: problemCodes[code].status,
    headers: {
      'Content-Type': 'application/problem+json',
      'X-Request-Id': requestId,
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'close',
    },
    body,
  };
}
