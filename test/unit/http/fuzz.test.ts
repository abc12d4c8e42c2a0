import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adminKey, fakeGateway } from './fake-gateway.ts';
import { concretePath, documentOf, goodBody, operationsOf, type Operation } from './openapi-operations.ts';

/** Bodies that have hurt other programs: as text, since some of them are no JSON. */
const nastyBodies = [
  '',
  ' ',
  'null',
  'true',
  '0',
  '-0',
  '1e999',
  '"\\u0000"',
  '"\\ud800"',
  '[]',
  '{}',
  '{',
  '{"a":',
  '[[[[',
  'NaN',
  "{'a':1}",
  '{"a":1,}',
  '\u0000',
  '{"__proto__":{"to":"x"}}',
  '{"constructor":{"prototype":{"to":"x"}}}',
  '{"toString":1,"hasOwnProperty":1}',
  '{"to":"a","to":"b"}',
  '{"to":{"$ne":null}}',
  '{"to":123456789012345678901234567890}',
  '{"flow":{"__proto__":null}}',
  '{"to":"\\u202e+91"}',
  '{"":""}',
  `{"to":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  `${'{"flow":'.repeat(5000)}1${'}'.repeat(5000)}`,
  `{"to":"${'9'.repeat(100_000)}"}`,
  '{"not_before":"275760-09-13T00:00:00.001Z"}',
  '{"not_after":"-000001-01-01T00:00:00Z"}',
  '{"calling_hours":{"time_zone":"../../etc/passwd"}}',
  '{"retry":{"max_attempts":1e308,"after":{"busy":"P9999999999Y"}}}',
  '{"max_duration":"PT1E400S"}',
  '{"url":"https://[::1"}',
  '{"event_types":["\\u0000"]}',
];
const nastyTexts = [
  '',
  '%',
  '%00',
  '%ff',
  '%2e%2e%2f',
  '..',
  '\ud800',
  '\u0000',
  'a'.repeat(5000),
  '__proto__',
  'constructor',
  "' or 1=1 --",
  '\r\nX: y',
  '😀',
  '0',
  '-1',
  'null',
];

const nastyText = fc.oneof(fc.constantFrom(...nastyTexts), fc.string({ unit: 'binary' }));
const json = fc.oneof(
  fc.json({ depthSize: 'medium' }),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom(...nastyBodies),
);
const bytes = fc.uint8Array({ maxLength: 200 });
const headerValue = fc.string({
  unit: fc
    .integer({ min: 32, max: 255 })
    .filter((code) => code !== 127)
    .map((code) => String.fromCharCode(code)),
  maxLength: 300,
});

/** The operation's good body with one value at some depth replaced or added: what is nearly right goes deepest. */
function nearlyGood(operation: Operation): fc.Arbitrary<string> {
  const good = (goodBody(operation) ?? {}) as Record<string, unknown>;
  const name = fc.oneof(
    fc.constantFrom(
      'to',
      'flow',
      'variables',
      'responses',
      'metadata',
      'retry',
      'calling_hours',
      'not_before',
      'url',
      'event_types',
      'hang_up',
      'steps',
    ),
    nastyText,
  );
  return fc
    .tuple(name, fc.oneof(fc.jsonValue(), nastyText))
    .map(([key, value]) => JSON.stringify({ ...good, [key]: value }));
}

interface FuzzedRequest {
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

function requestsTo(operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const segment = fc.oneof(
    { weight: 3, arbitrary: fc.constant(concretePath(operation)) },
    { weight: 1, arbitrary: nastyText.map((text) => operation.path.replace('{id}', encode(text))) },
  );
  const parameter = fc.tuple(
    fc.oneof(fc.constantFrom('limit', 'cursor', 'after', ...operation.queryNames), nastyText),
    nastyText,
  );
  const query = fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    fc
      .array(parameter, { maxLength: 3 })
      .map((pairs) => `?${pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')}`),
    nastyText.map((text) => `?${encode(text)}`),
  );
  return fc.record({
    path: fc.tuple(segment, query).map((parts) => parts.join('')),
    headers: fc.record({
      Authorization: fc.oneof({ weight: 9, arbitrary: fc.constant(`Bearer ${adminKey}`) }, headerValue),
      'Content-Type': fc.oneof({ weight: 9, arbitrary: fc.constant('application/json') }, headerValue),
      'Idempotency-Key': headerValue,
      'X-Request-Id': headerValue,
    }),
    body: fc.oneof(json, bytes, nearlyGood(operation)),
  });
}

/** Percent-encodes now and then not at all: broken escapes must be borne too. */
function encode(text: string): string {
  return text.isWellFormed() && !text.startsWith('%')
    ? encodeURIComponent(text)
    : text.toWellFormed().replace(/[\s#\u0000-\u001f]/g, '_');
}

const operations = operationsOf(await documentOf(fakeGateway()));

describe.each(operations.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (_name, operation) => {
    test('is never a 5xx, and every error is problem+json with a request id', async () => {
      const gateway = fakeGateway();
      await fc.assert(
        fc.asyncProperty(requestsTo(operation), async ({ path, headers, body }) => {
          const withBody = operation.method === 'GET' ? {} : { body: body as string };
          const response = await gateway.app.request(path, {
            method: operation.method,
            headers,
            ...withBody,
          });
          expect(response.status).toBeLessThan(500);
          expect(response.headers.get('X-Request-Id')).toBeTruthy();
          if (response.status < 400) return;
          expect(response.headers.get('Content-Type')).toBe('application/problem+json');
          expect(await response.json()).toMatchObject({
            status: response.status,
            code: expect.stringMatching(/^[a-z0-9_]+$/) as string,
          });
        }),
        { numRuns: 300 },
      );
      expect(gateway.logged.filter(({ level }) => level === 'error')).toEqual([]);
    });
  },
);
