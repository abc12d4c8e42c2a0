import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, storedFlow } from './fake-gateway.ts';

describe('flows', () => {
  test('a new version is 201 with its place, an equal one 200', async () => {
    const created = await ask(fakeGateway(), 'PUT /v1/flows/teacher-quiz', { body: { any: 'json' } });
    expect([created.status, created.headers.get('Location')]).toEqual([201, '/v1/flows/teacher-quiz@3']);
    const same = fakeGateway({
      storeFlow: () => Promise.resolve({ result: 'stored', flow: storedFlow, created: false, advice: [] }),
    });
    expect((await ask(same, 'PUT /v1/flows/teacher-quiz', { body: {} })).status).toBe(200);
  });

  test('whoever stores one is told what would make it easier', async () => {
    const advice = [
      { code: 'no_repeat_key' as const, pointer: '/keys', detail: 'has no key', suggestion: 'Add one.' },
    ];
    const gateway = fakeGateway({
      storeFlow: () => Promise.resolve({ result: 'stored', flow: storedFlow, created: true, advice }),
    });
    const stored = await ask(gateway, 'PUT /v1/flows/teacher-quiz', { body: {} });
    expect(await stored.json()).toMatchObject({ id: 'teacher-quiz', version: 3, advice });
    const read = await ask(gateway, 'GET /v1/flows/teacher-quiz');
    expect(await read.json()).not.toHaveProperty('advice');
  });

  test.each(['Quiz', '1a', 'inline-abc', 'a'.repeat(65), 'a%20b', 'quiz@3', '+919876543210'])(
    'cannot be stored as «%s»',
    async (id) => {
      const problem = await expectProblem(
        await ask(fakeGateway(), `PUT /v1/flows/${id}`, { body: {} }),
        'invalid_request',
      );
      expect(problem.errors?.[0]).toMatchObject({ parameter: 'id' });
    },
  );

  test.each([
    ['teacher-quiz', { id: 'teacher-quiz', version: null }],
    ['teacher-quiz@3', { id: 'teacher-quiz', version: 3 }],
    ['teacher-quiz%403', { id: 'teacher-quiz', version: 3 }],
  ])('are read by name and version: %s', async (name, argument) => {
    const gateway = fakeGateway();
    expect((await ask(gateway, `GET /v1/flows/${name}`)).status).toBe(200);
    expect(gateway.asked).toEqual([{ useCase: 'readFlow', argument }]);
  });
});
