import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway } from './fake-gateway.ts';

describe('a preflight', () => {
  test('tells of each prompt how it is', async () => {
    const gateway = fakeGateway();
    const response = await ask(gateway, 'POST /v1/flows/teacher-quiz@3/preflight', {
      body: { variables: { name: 'Asha' } },
    });
    expect(gateway.asked[0]?.argument).toEqual({
      id: 'teacher-quiz',
      version: 3,
      variables: { name: 'Asha' },
    });
    expect(await response.json()).toEqual({
      flow: { id: 'teacher-quiz', version: 3 },
      ready: false,
      languages: [
        {
          language: 'hi',
          ready: false,
          duration: 'PT7.15S',
          prompts: [
            {
              ...{ pointer: '/steps/0/say', step: 'hello', prompt: 'quiz.q1', state: 'ready' },
              ...{ source: 'recording', voice: null, duration: 'PT7.15S', problem: null },
            },
            {
              ...{ pointer: '/steps/1/say', step: 'bye', prompt: 'quiz.bye', state: 'missing' },
              ...{ source: null, voice: null, duration: null, problem: null },
            },
          ],
          own_words: { sounds: 3, state: 'ready', problem: null },
          missing: ['quiz.bye'],
        },
      ],
    });
  });

  test('needs no body', async () => {
    expect((await ask(fakeGateway(), 'POST /v1/flows/teacher-quiz/preflight')).status).toBe(200);
  });

  test.each(['a@0', 'Quiz', '..%2f'])('of what is no flow is 404: %s', async (name) => {
    const gateway = fakeGateway();
    await expectProblem(await ask(gateway, `POST /v1/flows/${name}/preflight`), 'not_found');
    expect(gateway.asked).toEqual([]);
  });

  test('of a flow that is not there is 404', async () => {
    const gateway = fakeGateway({ preflightFlow: () => Promise.resolve(null) });
    await expectProblem(await ask(gateway, 'POST /v1/flows/quiz/preflight'), 'not_found');
  });

  test.each([{ variables: [] }, { variables: { a: null } }, { language: 'hi' }])(
    'refuses what is no such request: %j',
    async (body) => {
      await expectProblem(
        await ask(fakeGateway(), 'POST /v1/flows/quiz/preflight', { body }),
        'invalid_request',
      );
    },
  );
});
