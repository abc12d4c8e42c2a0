import { describe, expect, test } from 'vitest';
import { resultRow, type FlowResponse } from '../../../src/domain/flows/flow-results.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, fakeGateway, keyWith } from './fake-gateway.ts';

const path = '/v1/flows/teacher-quiz/flow-results';
const response = (question: string): FlowResponse => ({
  ...{ callId, question, sharedBy: '', person: 'code', value: '42', key: null, givenOn: 'call' },
  ...{ attempt: 1, at: 1_769_850_000_000, language: 'hi', flowVersion: 3 },
});
const page = ['q1', 'q2', 'q3'].map(response);
const gateway = fakeGateway({
  readResultsPage: ({ limit }) =>
    Promise.resolve({
      packageId: '0c364ee1-0305-42ad-9fc9-2ec5a80c55fa',
      rows: page.slice(0, limit).map((each) => resultRow(each, 'numeric')),
      places: page.slice(0, limit),
    }),
});

describe('flow results', () => {
  test('are described as a package', async () => {
    const answer = await ask(gateway, `GET ${path}/package`, { key: keyWith('flows:read') });
    expect(answer.headers.get('Content-Type')).toBe('application/vnd.api+json');
    expect(await answer.json()).toMatchObject({
      data: {
        type: 'packages',
        attributes: {
          profile: 'flow-results-package',
          name: 'teacher-quiz',
          resources: [{ access_method: 'api' }],
        },
        relationships: { responses: { links: { related: `${path}/responses` } } },
      },
    });
  });

  test('are rows, with the address of the next page', async () => {
    const answer = await ask(gateway, `GET ${path}/responses?page[size]=2`, { key: keyWith('calls:read') });
    expect(await answer.json()).toMatchObject({
      data: {
        attributes: {
          responses: [
            ['2026-01-31T09:00:00.000+00:00', `${callId}/q1`, 'code', callId, 'q1', 42, { attempt: 1 }],
            [expect.anything(), `${callId}/q2`, 'code', callId, 'q2', 42, {}],
          ],
        },
        relationships: {
          links: {
            next: `${path}/responses?page%5Bsize%5D=2&page%5BafterCursor%5D=${callId}%2Fq2`,
            previous: null,
          },
        },
      },
    });
  });

  test.each([
    'page[size]=0',
    'page[size]=1001',
    'page[afterCursor]=x',
    'page[afterCursor]=call_1/q1',
    'filter[start-timestamp]=yesterday',
    'size=3',
  ])('cannot be asked for by %s', async (query) => {
    await expectProblem(await ask(gateway, `GET ${path}/responses?${query}`), 'invalid_request');
  });
});
