import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, campaignId, endpointId, eventId, fakeGateway, readCall } from './fake-gateway.ts';

describe('parameters of the query', () => {
  test.each([
    ['/v1/calls?limit=0', 'limit', 'must be a whole number from 1 to 200'],
    ['/v1/calls?limit=201', 'limit', 'must be a whole number from 1 to 200'],
    ['/v1/calls?limit=1e2', 'limit', 'must be a whole number from 1 to 200'],
    ['/v1/calls?limit=', 'limit', 'must be a whole number from 1 to 200'],
    ['/v1/calls?limt=5', 'limt', 'is not a known parameter'],
    ['/v1/calls?__proto__=5', '__proto__', 'is not a known parameter'],
    ['/v1/calls?limit=5&limit=6', 'limit', 'is given more than once'],
    ['/v1/calls?cursor=abc', 'cursor', 'is not a cursor that this list has given'],
    [
      `/v1/calls?cursor=${Buffer.from(endpointId).toString('base64url')}`,
      'cursor',
      'is not a cursor that this list has given',
    ],
    [
      `/v1/calls?cursor=${Buffer.from(callId).toString('base64')}==`,
      'cursor',
      'is not a cursor that this list has given',
    ],
    ['/v1/calls?status=done', 'status', 'must be one of queued, dialing, in_progress, waiting_retry, ended'],
    ['/v1/calls?campaign_id=typo', 'campaign_id', 'must be the id of a campaign'],
    ['/v1/calls?reference=%00', 'reference', 'must not have control characters'],
    [
      '/v1/calls?created_after=yesterday',
      'created_after',
      'must be an RFC 3339 instant, such as 2026-01-31T09:00:00Z',
    ],
    [`/v1/calls/${callId}?expand=all`, 'expand', 'is not a known parameter'],
    ['/v1/events?after=evt_1', 'after', 'must be the id of an event'],
  ])('%s', async (path, parameter, detail) => {
    const gateway = fakeGateway();
    const problem = await expectProblem(await ask(gateway, `GET ${path}`), 'invalid_request');
    expect(problem.errors).toContainEqual(expect.objectContaining({ parameter, detail }));
    expect(gateway.asked).toEqual([]);
  });

  test('whose plus has become a space are told how it is written, and named once', async () => {
    const path = '/v1/calls?created_after=2026-01-31T10:00:00+05:30';
    const problem = await expectProblem(await ask(fakeGateway(), `GET ${path}`), 'invalid_request');
    expect(problem.errors).toEqual([
      {
        parameter: 'created_after',
        detail: 'must be an RFC 3339 instant, such as 2026-01-31T09:00:00Z',
        suggestion: 'Write a plus as %2B: in a query it stands for a space.',
      },
    ]);
  });

  test('become the filter of the list', async () => {
    const gateway = fakeGateway();
    await ask(
      gateway,
      `GET /v1/calls?status=ended&outcome=busy&reference=a%2Bb&direction=outgoing&created_after=2026-01-31T10:00:00%2B01:00&limit=7&cursor=${Buffer.from(callId).toString('base64url')}`,
    );
    expect(gateway.asked).toEqual([
      {
        useCase: 'listCalls',
        argument: {
          status: 'ended',
          outcome: 'busy',
          reference: 'a+b',
          direction: 'outgoing',
          createdAfter: Date.parse('2026-01-31T09:00:00Z'),
          before: callId,
          limit: 8,
        },
      },
    ]);
  });
});

describe('lists', () => {
  const calls = (count: number) => Array.from({ length: count }, () => readCall);

  test('say with next_cursor that there is more, and the cursor leads on', async () => {
    const gateway = fakeGateway({ listCalls: ({ limit }) => Promise.resolve(calls(limit)) });
    const page = (await (await ask(gateway, 'GET /v1/calls?limit=2')).json()) as {
      data: unknown[];
      next_cursor: string;
    };
    expect(page.data).toHaveLength(2);
    expect((await ask(gateway, `GET /v1/calls?cursor=${page.next_cursor}`)).status).toBe(200);
    expect(gateway.asked.at(-1)?.argument).toEqual({ before: callId, limit: 51 });
  });

  test('end with a next_cursor of null', async () => {
    const gateway = fakeGateway({ listCalls: () => Promise.resolve(calls(2)) });
    expect(await (await ask(gateway, 'GET /v1/calls?limit=2')).json()).toMatchObject({ next_cursor: null });
  });

  test('of flows have no steps in them', async () => {
    const page = (await (await ask(fakeGateway(), 'GET /v1/flows')).json()) as { data: unknown[] };
    expect(page.data).toEqual([
      {
        id: 'teacher-quiz',
        version: 3,
        created_at: '2026-01-31T09:00:00.000Z',
        title: 'Quiz',
        languages: ['hi'],
      },
    ]);
  });

  test('of events give the very text that was stored', async () => {
    const bodies = ['{"id":"evt_1", "n":1.0}', '{"id":"evt_2"}'];
    const last = 'evt_01k6m3q4t8v5w2x9y7z1a3b5c7' as never;
    const gateway = fakeGateway({ readEvents: () => Promise.resolve({ result: 'events', bodies, last }) });
    expect(await (await ask(gateway, 'GET /v1/events?limit=3')).text()).toBe(
      `{"data":[${bodies.join(',')}],"next_cursor":null}`,
    );
    const full = (await (await ask(gateway, 'GET /v1/events?limit=2')).json()) as { next_cursor: string };
    await ask(gateway, `GET /v1/events?cursor=${full.next_cursor}`);
    expect(gateway.asked.at(-1)?.argument).toEqual({ after: last, limit: 50 });
  });

  test('of events go on by the cursor, though what the first page was asked after is given again', async () => {
    const gateway = fakeGateway();
    const cursor = Buffer.from('evt_01k6m3q4t8v5w2x9y7z1a3b5c8').toString('base64url');
    await ask(gateway, `GET /v1/events?after=${eventId}&cursor=${cursor}`);
    expect(gateway.asked.at(-1)?.argument).toEqual({ after: 'evt_01k6m3q4t8v5w2x9y7z1a3b5c8', limit: 50 });
  });

  test.each(['calls', 'call-back-requests'])('of %s of a campaign that there is not say so', async (what) => {
    const none = () => Promise.resolve(null);
    const gateway = fakeGateway({ listCalls: none, listCallBackRequests: none });
    const response = await ask(gateway, `GET /v1/${what}?campaign_id=${campaignId}`);
    expect((await expectProblem(response, 'invalid_request')).errors).toEqual([
      {
        ...{ parameter: 'campaign_id', detail: 'must be the id of a campaign' },
        suggestion: 'GET /v1/campaigns lists them.',
      },
    ]);
  });

  test('of call-back requests give the next of a campaign, or say that none is open, or that it is none', async () => {
    for (const [next, status] of [
      ['none_open', 204],
      ['no_campaign', 422],
    ] as const) {
      const gateway = fakeGateway({ claimNextCallBackRequest: () => Promise.resolve(next) });
      const body = { agent: 'meena', campaign_id: campaignId };
      const response = await ask(gateway, 'POST /v1/call-back-requests/claim', { body });
      expect(response.status).toBe(status);
      if (status === 422)
        expect((await expectProblem(response, 'invalid_request')).errors).toMatchObject([
          { pointer: '/campaign_id', detail: 'must be the id of a campaign' },
        ]);
    }
  });

  test('of events after one that is not kept any more is 410', async () => {
    const gateway = fakeGateway({ readEvents: () => Promise.resolve({ result: 'gone' }) });
    await expectProblem(
      await ask(gateway, 'GET /v1/events?after=evt_01k6m3q4t8v5w2x9y7z1a3b5c7'),
      'events_gone',
    );
  });
});
