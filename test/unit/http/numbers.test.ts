import { describe, expect, test } from 'vitest';
import { scopes } from '../../../src/domain/api-keys/scope.ts';
import type { UseCases } from '../../../src/workflows/use-cases.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, callId, clearNumber, fakeGateway, keyWith, view, type AskOptions } from './fake-gateway.ts';
import { concretePath, documentOf, goodBody, operationsOf } from './openapi-operations.ts';

const guarded = operationsOf(await documentOf(fakeGateway())).filter(({ scope }) => scope !== null);
const allButNumbers = scopes.filter((scope) => scope !== 'numbers:read' && scope !== 'admin');
const nationalNumber = clearNumber.slice('+91'.length);

/** Whose replies have the number in clear with this key. */
async function operationsThatShow(key: string): Promise<string[]> {
  const showing: string[] = [];
  for (const operation of guarded.filter(({ scope }) => scope !== 'admin')) {
    const gateway = fakeGateway({ exportCalls });
    const body = goodBody(operation);
    const response = await ask(gateway, `${operation.method} ${concretePath(operation)}`, {
      ...{ key, headers: { 'Idempotency-Key': 'k' } },
      ...(body === undefined ? {} : { body }),
    });
    expect(response.ok, operation.operationId).toBe(true);
    if ((await response.text()).includes(nationalNumber)) showing.push(operation.operationId);
  }
  return showing.toSorted();
}

const exportCalls: UseCases['exportCalls'] = () => {
  const one = async function* () {
    yield await Promise.resolve({ call: sampleCall(), number: clearNumber });
  };
  return Promise.resolve({ questions: [], metadataKeys: () => Promise.resolve([]), calls: one() });
};

/** Operations whose replies have a person's number. */
const showNumbers = [
  ...['placeCall', 'readCall', 'listCalls', 'cancelCall', 'recordPrompts', 'dryRunTrunks'],
  ...['exportUnreached', 'listMissedCalls', 'listVoiceMessages', 'readVoiceMessage'],
  ...['optOut', 'listOptOuts', 'exportOptOuts', 'listOptIns', 'exportOptIns'],
  ...['listCallBackRequests', 'readCallBackRequest', 'claimCallBackRequest', 'claimNextCallBackRequest'],
  ...['noteCallBackRequest', 'releaseCallBackRequest', 'finishCallBackRequest'],
];

describe('numbers', () => {
  test('are in no reply to a key with every scope but numbers:read, and in these with it', async () => {
    expect(await operationsThatShow(keyWith(...allButNumbers))).toEqual([]);
    expect(await operationsThatShow(keyWith(...allButNumbers, 'numbers:read'))).toEqual(
      showNumbers.toSorted(),
    );
  });

  const routes: [string, AskOptions][] = [
    ['POST /v1/calls', { body: { to: clearNumber, flow: 'a' }, headers: { 'Idempotency-Key': 'k' } }],
    [`GET /v1/calls/${callId}`, {}],
    [`POST /v1/calls/${callId}/cancel`, {}],
  ];

  test.each(routes)('are masked without numbers:read, clear with it: %s', async (line, options) => {
    const to = async (key: string) =>
      ((await (await ask(fakeGateway(), line, { ...options, key })).json()) as { to: string }).to;
    expect(await to(keyWith('calls:read', 'calls:write'))).toBe('+91******3210');
    expect(await to(keyWith('calls:read', 'calls:write', 'numbers:read'))).toBe(clearNumber);
    expect(await to('admin-key')).toBe(clearNumber);
  });

  test('are masked in lists too', async () => {
    const text = await (await ask(fakeGateway(), 'GET /v1/calls', { key: keyWith('calls:read') })).text();
    expect(text).not.toContain(clearNumber);
  });

  test('stay masked where they were erased', async () => {
    const gateway = fakeGateway({ readCall: () => Promise.resolve({ view, number: null }) });
    expect(await (await ask(gateway, `GET /v1/calls/${callId}`)).json()).toMatchObject({
      to: '+91******3210',
    });
  });

  test('of whoever called us are in `from`', async () => {
    const incoming = {
      view: { ...view, direction: 'incoming' as const, to: null, from: '+91******3210' },
      number: clearNumber,
    };
    const gateway = fakeGateway({ readCall: () => Promise.resolve(incoming) });
    expect(await (await ask(gateway, `GET /v1/calls/${callId}`)).json()).toMatchObject({
      to: null,
      from: clearNumber,
    });
  });

  test('in clear may be asked for webhooks only with numbers:read', async () => {
    const body = { url: 'https://campaigns.example/', numbers: 'clear' };
    await expectProblem(
      await ask(fakeGateway(), 'POST /v1/webhook-endpoints', { body, key: keyWith('webhooks:write') }),
      'scope_missing',
    );
    expect(
      (
        await ask(fakeGateway(), 'POST /v1/webhook-endpoints', {
          body,
          key: keyWith('webhooks:write', 'numbers:read'),
        })
      ).status,
    ).toBe(201);
  });
});
