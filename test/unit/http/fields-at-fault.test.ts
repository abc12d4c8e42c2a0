import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, clearNumber, fakeGateway, placeCall } from './fake-gateway.ts';

describe('fields at fault are named, all at once', () => {
  const good = { to: clearNumber, flow: 'teacher-quiz' };
  const cases: [string, unknown, { pointer: string; detail: string; suggestion?: string }[]][] = [
    ['nothing', {}, [{ pointer: '/to', detail: 'is required' }]],
    [
      'wrong kinds',
      { to: 1, flow: 2 },
      [
        { pointer: '/to', detail: 'must be a string, not a number' },
        { pointer: '/flow', detail: 'must be a string or an object, not a number' },
      ],
    ],
    [
      'a misspelt field',
      { ...good, languge: 'hi' },
      [{ pointer: '/languge', detail: 'is not a known field', suggestion: 'Did you mean «language»?' }],
    ],
    [
      'a misspelt field within a field',
      { ...good, retry: { max_attemps: 2 } },
      [
        {
          pointer: '/retry/max_attemps',
          detail: 'is not a known field',
          suggestion: 'Did you mean «max_attempts»?',
        },
      ],
    ],
    ['an unknown field', { ...good, form: 'x' }, [{ pointer: '/form', detail: 'is not a known field' }]],
    [
      'a name that needs escaping',
      { ...good, 'a/b~c': 1 },
      [{ pointer: '/a~1b~0c', detail: 'is not a known field' }],
    ],
    [
      'a control character',
      { ...good, reference: 'a\u0000' },
      [{ pointer: '/reference', detail: 'must not have control characters' }],
    ],
    [
      'a lone surrogate',
      { ...good, reference: 'a\ud800' },
      [{ pointer: '/reference', detail: 'must not have lone surrogates' }],
    ],
    [
      'a control character in a name',
      { ...good, metadata: { 'a\u0007': 'x' } },
      [{ pointer: '/metadata/a\u0007', detail: 'the name must not have control characters' }],
    ],
    [
      'a control character inside «any JSON»',
      { to: clearNumber, flow: { steps: [{ say: '\u0000' }] } },
      [{ pointer: '/flow/steps/0/say', detail: 'must not have control characters' }],
    ],
    [
      'a value of none of several forms',
      { ...good, variables: { a: null } },
      [{ pointer: '/variables/a', detail: 'must be a string, a number or true or false, not null' }],
    ],
    [
      'a value of one form, but wrong in it',
      { ...good, variables: { a: 'x'.repeat(501) } },
      [{ pointer: '/variables/a', detail: 'must have at most 500 characters' }],
    ],
    [
      'a choice',
      { ...good, priority: 'urgent' },
      [{ pointer: '/priority', detail: 'must be one of normal, high, emergency' }],
    ],
    [
      'a choice that is misspelt',
      { ...good, priority: 'hihg' },
      [
        {
          ...{ pointer: '/priority', detail: 'must be one of normal, high, emergency' },
          suggestion: 'Did you mean «high»?',
        },
      ],
    ],
    [
      'half of something',
      { ...good, retry: { max_attempts: 1.5 } },
      [{ pointer: '/retry/max_attempts', detail: 'must be a whole number, not 1.5' }],
    ],
    [
      'too long',
      { ...good, reference: 'x'.repeat(201) },
      [{ pointer: '/reference', detail: 'must have at most 200 characters' }],
    ],
    [
      'a date in the year 275760',
      { ...good, not_after: '275760-09-13T00:00:00Z' },
      [{ pointer: '/not_after', detail: 'must be an RFC 3339 instant, such as 2026-01-31T09:00:00Z' }],
    ],
    [
      'a date in the year 9999',
      { ...good, not_before: '9999-12-31T00:00:00Z' },
      [{ pointer: '/not_before', detail: 'must lie between the years 2000 and 2100' }],
    ],
  ];

  test.each(cases)('%s', async (_name, body, errors) => {
    const gateway = fakeGateway();
    const problem = await expectProblem(await placeCall(gateway, { body }), 'invalid_request');
    expect(problem.errors).toEqual(errors);
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['none of those that there are', { mode: 'answered' }, { suggestion: 'Did you mean «answer»?' }],
    ['no word', { mode: 5 }, {}],
  ])('a mode that is %s comes with all of them', async (_name, body, more) => {
    const response = await ask(fakeGateway(), 'PUT /v1/lines/+911412345678', { body });
    const { errors } = await expectProblem(response, 'invalid_request');
    expect(errors).toEqual([{ pointer: '/mode', detail: 'must be one of missed_call, answer', ...more }]);
  });

  test('a mode that is left out is needed', async () => {
    const response = await ask(fakeGateway(), 'PUT /v1/lines/+911412345678', { body: {} });
    const { errors } = await expectProblem(response, 'invalid_request');
    expect(errors).toEqual([{ pointer: '/mode', detail: 'is required' }]);
  });

  test.each([
    ['at the top', '{"to":"+919876543210","flow":"a","__proto__":{"admin":true}}', '/__proto__'],
    [
      'in a record',
      '{"to":"+919876543210","flow":"a","variables":{"__proto__":"x"}}',
      '/variables/__proto__',
    ],
    [
      'inside «any JSON»',
      '{"to":"+919876543210","flow":{"steps":[{"__proto__":{}}]}}',
      '/flow/steps/0/__proto__',
    ],
  ])('__proto__ %s is an unknown field', async (_name, body, pointer) => {
    const problem = await expectProblem(await placeCall(fakeGateway(), { body }), 'invalid_request');
    expect(problem.errors).toEqual([{ pointer, detail: 'is not a known field' }]);
  });

  test('a number that no double holds is refused', async () => {
    const problem = await expectProblem(
      await placeCall(fakeGateway(), { body: '{"to":"+919876543210","flow":"a","variables":{"n":1e999}}' }),
      'invalid_request',
    );
    expect(problem.errors).toEqual([{ pointer: '/variables/n', detail: 'is a number too large to be kept' }]);
  });

  test('1,500 unknown fields are answered in a short document', async () => {
    const body = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`field-${index}`, 1]));
    const problem = await expectProblem(await placeCall(fakeGateway(), { body }), 'invalid_request');
    expect(problem.errors).toHaveLength(100);
  });

  test('faults that the use case finds are answered alike', async () => {
    const faults = [{ pointer: '/to', detail: 'is not a destination that may be called' }];
    const gateway = fakeGateway({ acceptCall: () => Promise.resolve({ result: 'invalid', faults }) });
    expect((await expectProblem(await placeCall(gateway), 'invalid_request')).errors).toEqual(faults);
  });
});
