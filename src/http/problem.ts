import type { Context } from 'hono';
import type { AppEnv } from './app-env.ts';
import { problemCodes, problemType, type ProblemCode } from './problem-codes.ts';

/** What is wrong with one field of the body (a JSON pointer), or with one parameter of the path or the query. */
export type ProblemField = ({ pointer: string } | { parameter: string }) & {
  detail: string;
  suggestion?: string;
};

export interface ProblemExtras {
  fields?: readonly ProblemField[];
  headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document, e.g. the checks of `/readyz`. */
  members?: Readonly<Record<string, unknown>>;
}

/** Ends the handling of a request with an error that is the asker's to know of. Caught once, by the app's `onError`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  /** @param detail a sentence for the developer who sent the request */
  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }
}

/** Answers a problem document, RFC 9457. */
export function answerProblem(c: Context<AppEnv>, problem: Problem): Response {
  const { status } = problemCodes[problem.code];
  const body = JSON.stringify(problemDocument(problem, c.get('requestId')));
  return c.body(body, status, { ...problem.extras.headers, 'Content-Type': 'application/problem+json' });
}

/** @param requestId null where the request was too broken to have one */
export function problemDocument(problem: Problem, requestId: string | null): Record<string, unknown> {
  const { status, title } = problemCodes[problem.code];
  const { fields, members } = problem.extras;
  return {
    type: problemType(problem.code),
    title,
    status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    ...(fields === undefined ? {} : { errors: fields }),
    ...members,
  };
}

/** For a thing that does not exist, is another's, or has an id that nothing can have. */
export function notFound(what: string): Problem {
  return new Problem('not_found', `There is no ${what} with this id.`);
}

export function campaignOver(): Problem {
  return new Problem(
    'campaign_over',
    'The campaign is closed, has ended or was cancelled: no calls can be added to it.',
  );
}

/** 422 with every field at fault. */
export function invalidRequest(fields: readonly ProblemField[]): Problem {
  const [first] = fields;
  const place = first === undefined ? '' : 'pointer' in first ? first.pointer || 'the body' : first.parameter;
  const detail =
    first === undefined
      ? 'The request is not valid.'
      : fields.length === 1
        ? `${place} ${first.detail}.`
        : `${fields.length} faults were found; the first: ${place} ${first.detail}.`;
  return new Problem('invalid_request', detail, { fields });
}
