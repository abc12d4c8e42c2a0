import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, endpointId, eventId, fakeGateway, keyWith } from './fake-gateway.ts';

describe('webhook endpoints', () => {
  test('show their secret once, when they are made', async () => {
    const gateway = fakeGateway();
    const created = await ask(gateway, 'POST /v1/webhook-endpoints', {
      body: { url: 'https://campaigns.example/' },
    });
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({
      id: endpointId,
      secret: 'whsec_c2VjcmV0',
      event_types: null,
      numbers: 'masked',
    });
    expect(await (await ask(gateway, `GET /v1/webhook-endpoints/${endpointId}`)).text()).not.toContain(
      'secret',
    );
    expect(gateway.asked[0]?.argument).toEqual({
      url: 'https://campaigns.example/',
      eventTypes: null,
      numbers: 'masked',
      description: null,
    });
  });

  test('an event type that does not exist is refused', async () => {
    const problem = await expectProblem(
      await ask(fakeGateway(), 'POST /v1/webhook-endpoints', {
        body: { url: 'https://a.example/', event_types: ['call.over'] },
      }),
      'invalid_request',
    );
    expect(problem.errors?.[0]?.pointer).toBe('/event_types/0');
  });

  test('change only what was given', async () => {
    const gateway = fakeGateway();
    const answer = await ask(gateway, `PATCH /v1/webhook-endpoints/${endpointId}`, {
      body: { event_types: null, enabled: true },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: endpointId, enabled: true, disabled_reason: null });
    expect(gateway.asked[0]?.argument).toEqual({
      id: endpointId,
      changes: { eventTypes: null, enabled: true },
      mayShowNumbers: true,
    });
  });

  test('who may not see numbers does not say where they are sent', async () => {
    const gateway = fakeGateway({ changeWebhookEndpoint: () => Promise.resolve({ result: 'not_allowed' }) });
    const asking = { key: keyWith('webhooks:write'), body: { url: 'https://elsewhere.example/' } };
    await expectProblem(
      await ask(gateway, `PATCH /v1/webhook-endpoints/${endpointId}`, asking),
      'scope_missing',
    );
    expect(gateway.asked[0]?.argument).toMatchObject({ mayShowNumbers: false });
  });

  test('show the new secret of a rotation once, and how long the old one counts', async () => {
    const gateway = fakeGateway();
    const answer = await ask(gateway, `POST /v1/webhook-endpoints/${endpointId}/rotate-secret`);
    expect(await answer.json()).toEqual({
      secret: 'whsec_bmV3',
      previous_secret_until: '2026-02-01T09:00:00.000Z',
    });
    expect(gateway.asked[0]?.argument).toEqual({ id: endpointId, overlapMs: 24 * 3_600_000 });
  });

  test.each([
    ['PT0S', 0],
    ['PT90S', 90_000],
    ['P7D', 7 * 24 * 3_600_000],
    ['P8D', null],
    ['P1M', null],
    ['-PT1H', null],
    ['soon', null],
  ])('an overlap of %s is %s ms', async (overlap, overlapMs) => {
    const gateway = fakeGateway();
    const answer = await ask(gateway, `POST /v1/webhook-endpoints/${endpointId}/rotate-secret`, {
      body: { overlap },
    });
    if (overlapMs === null)
      expect((await expectProblem(answer, 'invalid_request')).errors?.[0]?.pointer).toBe('/overlap');
    else expect(gateway.asked[0]?.argument).toEqual({ id: endpointId, overlapMs });
  });

  test('a replay says how many events are sent once more, and where to go on', async () => {
    const gateway = fakeGateway();
    const answer = await ask(gateway, `POST /v1/webhook-endpoints/${endpointId}/replay`, {
      body: { after: null },
    });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ events: 2, complete: true, next_after: eventId });
  });

  test.each([
    ['gone', 'events_gone'],
    ['disabled', 'endpoint_disabled'],
    ['not_found', 'not_found'],
  ] as const)('a replay that finds %s is answered %s', async (result, code) => {
    const gateway = fakeGateway({ replayWebhookEvents: () => Promise.resolve({ result }) });
    const asking = { body: { after: eventId } };
    await expectProblem(await ask(gateway, `POST /v1/webhook-endpoints/${endpointId}/replay`, asking), code);
  });

  test('a replay needs to be told after which event, or null for all', async () => {
    const replay = `POST /v1/webhook-endpoints/${endpointId}/replay`;
    for (const body of [{}, { after: 'evt_x' }, { after: endpointId }]) {
      const problem = await expectProblem(await ask(fakeGateway(), replay, { body }), 'invalid_request');
      expect(problem.errors?.[0]?.pointer).toBe('/after');
    }
  });

  test('are deleted with 204 and tested with what came back', async () => {
    expect((await ask(fakeGateway(), `DELETE /v1/webhook-endpoints/${endpointId}`)).status).toBe(204);
    expect(await (await ask(fakeGateway(), `POST /v1/webhook-endpoints/${endpointId}/test`)).json()).toEqual({
      delivered: true,
      detail: 'The receiver answered 200.',
    });
  });
});
