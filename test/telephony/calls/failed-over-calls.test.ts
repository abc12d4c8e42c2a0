import { afterEach, describe, expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { setCarrierFault, type CarrierFault } from '../../support/carrier-fault.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const soon = { setup_timeout: 'PT3S' };
const lab = useCallLab({
  trunks: [
    labTrunk('carrier-a', soon),
    labTrunk('carrier-b', {
      ...soon,
      caller_ids: { service: ['+911600000002'], promotional: [], emergency: [] },
    }),
    // first for the numbers that begin so
    labTrunk('carrier-dead', { ...soon, prefixes: ['+9190000011'] }),
  ],
});

async function carriers(a: CarrierFault, b: CarrierFault = null): Promise<void> {
  const { network } = lab().lab;
  await Promise.all([setCarrierFault(network, 'A', a), setCarrierFault(network, 'B', b)]);
}
afterEach(() => carriers(null));

const retry = { max_attempts: 1, after: { trunk_failure: 'PT1S' } };
const waysOf = ({ attempts }: CallView): unknown[] =>
  attempts.map(({ trunk, verdict }) => [trunk, verdict?.reason, verdict?.fault]);
const rings = (id: string): number =>
  lab()
    .gateway.events(id)
    .filter(({ type }) => type === 'call.ringing').length;

describe('a call whose carrier', () => {
  it.each<[string, CarrierFault, string, unknown[]]>([
    [
      'is full goes over the other one at once',
      '34',
      '+919000001299',
      ['carrier-a', 'congestion', 'carrier'],
    ],
    [
      'refuses us goes over the other one',
      '22',
      '+919000001298',
      ['carrier-a', 'trunk_failure', 'configuration'],
    ],
    ['never says more than «trying»', '38', '+919000001297', ['carrier-a', 'trunk_failure', 'carrier']],
  ])('%s', async (_name, fault, to, failed) => {
    await carriers(fault);
    const { gateway, invites } = lab();
    const { id } = await gateway.place(to, { retry });
    const call = await gateway.ended(id);
    expect(waysOf(call)).toEqual([failed, ['carrier-b', 'answered', 'none']]);
    expect(call.attempts[1]?.caller_id).toBe('+911600000002');
    expect(call.reached).toBe(true);
    expect(rings(id)).toBe(1);
    expect(invites.count(to)).toBe(2);
    expect(invites.mostAtOnce(to)).toBe(1);
    const [first, second] = call.attempts;
    const betweenMs = Date.parse(second?.started_at ?? '') - Date.parse(first?.ended_at ?? '');
    expect(betweenMs).toBeLessThan(1_000);
  });

  it('is dead goes over one that serves the number less closely', async () => {
    const to = '+919000001199';
    const { gateway, invites } = lab();
    const { id } = await gateway.place(to, { retry });
    const call = await gateway.ended(id);
    expect(waysOf(call)).toEqual([
      ['carrier-dead', 'trunk_failure', 'carrier'],
      ['carrier-a', 'answered', 'none'],
    ]);
    expect(rings(id)).toBe(1);
    expect(invites.count(to)).toBe(1);
  });

  it('is full as the other one is too waits, and then begins anew with the first', async () => {
    await carriers('34', '34');
    const to = '+919000001296';
    const { gateway, invites } = lab();
    const { id } = await gateway.place(to, { retry });
    await gateway.untilTimeline(id, { type: 'call.attempt_ended', attempt: 2 });
    await carriers(null);
    const call = await gateway.ended(id);
    expect(call.attempts.map(({ trunk }) => trunk).slice(0, 2)).toEqual(['carrier-a', 'carrier-b']);
    expect(call.attempts.at(-1)).toMatchObject({ verdict: { reason: 'answered' } });
    expect(rings(id)).toBe(1);
    expect(invites.count(to)).toBe(call.attempts.length);
  });
});

describe('nothing else is tried', () => {
  it.each<[string, string, string]>([
    ['whose phone is engaged', '+919000179997', 'busy'],
    ['whose owner declined', '+919000219997', 'rejected'],
    ['whose phone is switched off', '+919000209997', 'unreachable'],
  ])('for a person %s', async (_name, to, outcome) => {
    const { gateway, invites } = lab();
    const { id } = await gateway.place(to);
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome });
    expect(call.attempts).toHaveLength(1);
    expect(invites.count(to)).toBe(1);
  });

  it('for a request that names its trunk', async () => {
    await carriers('34');
    const to = '+919000001295';
    const { gateway, invites } = lab();
    const { id } = await gateway.place(to, { trunk: 'carrier-a' });
    const { event } = await gateway.heard(id, 'call.attempt_ended');
    expect(event?.data).toMatchObject({
      call: { status: 'waiting_retry' },
      attempt: { trunk: 'carrier-a', verdict: { reason: 'congestion' } },
    });
    const { next_attempt_at: next } = event?.data as { next_attempt_at: string };
    expect(Date.parse(next) - Date.now()).toBeGreaterThan(60_000);
    await gateway.cancel(id);
    expect(invites.count(to)).toBe(1);
  });
});
