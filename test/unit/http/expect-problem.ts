import { expect } from 'vitest';
import { problemCodes, type ProblemCode } from '../../../src/http/problem-codes.ts';

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { pointer?: string; parameter?: string; detail: string }[];
}

async function problemOf(response: Response): Promise<ProblemBody> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const body = (await response.json()) as ProblemBody;
  expect(body.status).toBe(response.status);
  expect(body.request_id).toBe(response.headers.get('X-Request-Id'));
  return body;
}

/** The answer must be this problem, in the form that every problem has. */
export async function expectProblem(response: Response, code: ProblemCode): Promise<ProblemBody> {
  const body = await problemOf(response);
  expect(body).toMatchObject({ code, status: problemCodes[code].status, title: problemCodes[code].title });
  return body;
}
