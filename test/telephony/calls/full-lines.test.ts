import { beforeAll, expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { callTheGateway } from '../../support/call-the-gateway.ts';
import { useCallLab } from '../../support/running-gateway.ts';
import { startSipCaller } from '../../support/sip-caller.ts';

/** A trunk with one channel: whoever talks has it. */
const lab = useCallLab({
  trunks: [labTrunk('carrier-a', { channels: 1 })],
  environment: () => ({ IVRS_CALLING_HOURS: '00:00-24:00' }),
});
const lines = { callBack: '+911412345711', busy: '+911412345712' };

const helpline = {
  title: 'Helpline',
  languages: ['hi'],
  defaults: { first_key_timeout: 'PT10S', attempts: 5 },
  steps: [
    {
      ...{ id: 'topic', type: 'choice', options: { 1: { value: 'schools' } } },
      say: { text: { hi: 'स्कूल के लिए एक दबाएँ।' } },
    },
  ],
};

beforeAll(async () => {
  const { api } = lab().gateway;
  expect((await api.ask('PUT', '/v1/flows/helpline', { body: helpline })).status).toBe(201);
  for (const [number, full] of [
    [lines.callBack, 'call_back'],
    [lines.busy, 'busy'],
  ]) {
    const body = { mode: 'answer', flow: 'helpline', full };
    expect((await api.ask('PUT', `/v1/lines/${number}`, { body })).status).toBe(201);
  }
});

it('who finds every channel taken hears «busy», or is refused after a ring and called back when one is free', async () => {
  const { gateway, invites, lab: asterisks } = lab();
  const target = { address: '127.0.0.1', port: asterisks.gateway.sipPort };
  const carrier = await startSipCaller({ address: '127.0.0.2', target });
  // listens, and presses nothing
  await callTheGateway(asterisks.network, {
    dialled: lines.busy,
    from: '9000009999',
    givesUpAfterMs: 40_000,
  });
  const first = await gateway.webhooks.waitFor(({ type }) => type === 'call.answered', 45_000);
  const talking = (first.event?.data['call'] as CallView).id;

  const busy = carrier.call({ dialled: lines.busy, from: '<sip:+919000001199' });
  expect(await busy.ended).toBe(486);
  const full = carrier.call({ dialled: lines.callBack, from: '<sip:+919000001299' });
  expect(await full.ended).toBe(486);
  expect(full.statuses).toEqual([100, 180, 486]);
  expect((await gateway.api.call(talking)).status).toBe('in_progress');
  await carrier.close();
  expect((await gateway.cancel(talking, { hang_up: true })).status).toBe(200);

  const back = await gateway.webhooks.waitFor(
    ({ type, event }) => type === 'call.ended' && (event?.data['call'] as CallView).direction === 'outgoing',
    80_000,
  );
  const call = await gateway.api.call((back.event?.data['call'] as CallView).id);
  expect(call).toMatchObject({
    to: '+919000001299',
    outcome: 'completed',
    metadata: { line: lines.callBack },
  });
  expect(invites.count('9000001299')).toBe(1);
  expect(invites.count('9000001199')).toBe(0);
  const ended = await gateway.finished(talking);
  expect(Date.parse(ended.ended_at ?? '')).toBeLessThanOrEqual(
    Date.parse(call.attempts[0]?.started_at ?? ''),
  );
}, 150_000);
