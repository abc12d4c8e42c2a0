import { describe, expect, test } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, endpointId, fakeGateway } from './fake-gateway.ts';

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

  test('are deleted with 204 and tested with what came back', async () => {
    expect((await ask(fakeGateway(), `DELETE /v1/webhook-endpoints/${endpointId}`)).status).toBe(204);
    expect(await (await ask(fakeGateway(), `POST /v1/webhook-endpoints/${endpointId}/test`)).json()).toEqual({
      delivered: true,
      detail: 'The receiver answered 200.',
    });
  });
});
