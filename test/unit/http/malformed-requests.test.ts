import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../../src/http/problem-codes.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, clearNumber, endpointId, fakeGateway, placeCall, type AskOptions } from './fake-gateway.ts';

describe('what is answered to a request that is not well-formed', () => {
  const cases: [string, string, AskOptions, ProblemCode][] = [
    ['an unknown path', 'GET /v1/nothing', {}, 'not_found'],
    ['an unknown path without a key', 'GET /v1/nothing', { key: null }, 'not_found'],
    ['a trailing slash', 'GET /v1/calls/', {}, 'not_found'],
    ['a method that the path does not have', 'PATCH /v1/calls', {}, 'method_not_allowed'],
    ['a method of nobody', 'PROPFIND /v1/calls', {}, 'method_not_allowed'],
    [
      'a body that is a form',
      'POST /v1/calls',
      { body: 'to=1', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      'unsupported_media_type',
    ],
    [
      'a body in Latin-1',
      'POST /v1/calls',
      { body: '{}', headers: { 'Content-Type': 'application/json; charset=latin1' } },
      'unsupported_media_type',
    ],
    [
      'a compressed body',
      'POST /v1/calls',
      { body: '{}', headers: { 'Content-Encoding': 'gzip' } },
      'unsupported_media_type',
    ],
    ['no body', 'POST /v1/calls', {}, 'invalid_json'],
    ['half a body', 'POST /v1/calls', { body: '{"to": "+91' }, 'invalid_json'],
    ['two bodies', 'POST /v1/calls', { body: '{}{}' }, 'invalid_json'],
    ['bad UTF-8', 'POST /v1/calls', { body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 'invalid_utf8'],
    [
      'a body over 1 MiB',
      'POST /v1/calls',
      { body: `{"to":"${'1'.repeat(1024 * 1024)}"}` },
      'body_too_large',
    ],
    ['a body that is null', 'POST /v1/calls', { body: 'null' }, 'invalid_request'],
    ['a body that is a list', 'POST /v1/calls', { body: '[]' }, 'invalid_request'],
    [
      '200,000 nested lists',
      'POST /v1/calls',
      { body: '['.repeat(200_000) + ']'.repeat(200_000) },
      'invalid_request',
    ],
    ['a call id that cannot be one', 'GET /v1/calls/+919876543210', {}, 'not_found'],
    ['a call id with a broken escape', 'GET /v1/calls/%E0%A4%A', {}, 'not_found'],
    ['the id of another kind', `GET /v1/calls/${endpointId}`, {}, 'not_found'],
    ['a flow name that cannot be one', 'GET /v1/flows/a@0', {}, 'not_found'],
    ['an endpoint id that cannot be one', 'DELETE /v1/webhook-endpoints/whe_1', {}, 'not_found'],
  ];

  test.each(cases)('%s', async (_name, line, options, code) => {
    const gateway = fakeGateway();
    await expectProblem(
      await ask(gateway, line, { ...options, headers: { 'Idempotency-Key': 'k', ...options.headers } }),
      code,
    );
    expect(gateway.asked).toEqual([]);
  });

  test('405 names the methods that the path has', async () => {
    const response = await ask(fakeGateway(), 'DELETE /v1/flows/teacher-quiz');
    expect(response.headers.get('Allow')).toBe('PUT, GET, HEAD');
  });

  test('a body of JSON with a suffix type and a byte order mark is taken', async () => {
    const body = `\ufeff${JSON.stringify({ to: clearNumber, flow: 'teacher-quiz' })}`;
    const response = await placeCall(fakeGateway(), {
      body,
      headers: { 'Content-Type': 'application/vnd.calls+json; charset=UTF-8' },
    });
    expect(response.status).toBe(202);
  });
});

test('a path with a slash too many is told so', async () => {
  const problem = await expectProblem(await ask(fakeGateway(), 'GET /v1/calls/'), 'not_found');
  expect(problem.detail).toContain('slash at its end');
});

test.each([
  [`{'to': '${clearNumber}'}`, 'The body cannot be parsed as JSON: look at line 1, column 2.'],
  [`{\n  "to": "${clearNumber}",\n}`, 'The body cannot be parsed as JSON: look at line 3, column 1.'],
  [`{"to": ${clearNumber}}`, /^The body cannot be parsed as JSON[^9]*$/],
])('a body that is no JSON is told where, and not repeated: %s', async (body, detail) => {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': 'k' };
  const response = await ask(fakeGateway(), 'POST /v1/calls', { body, headers });
  const problem = await expectProblem(response, 'invalid_json');
  expect(problem.detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
});
