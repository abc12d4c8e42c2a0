import { describe, expect, it } from 'vitest';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';

const lab = useCallLab();

const ringing = '+919000199999';
const talking = '+919000009999';
const waiting = '+919000209999';
const later = '+919000309999';
const placed = usePlacedCalls(lab, () => [
  { to: ringing },
  { to: talking },
  { to: waiting, request: { retry: { max_attempts: 2, after: { unreachable: 'PT1H' } } } },
  { to: later, request: { not_before: new Date(Date.now() + 3_600_000).toISOString() } },
]);

describe('cancelling a call', () => {
  it('that rings is answered when the phone rings no more', async () => {
    const { gateway, invites } = lab();
    const { id } = placed(ringing);
    await gateway.heard(id, 'call.ringing');
    const [attempt] = (await gateway.api.call(id)).attempts;
    expect(await channelsOf(attempt)).toBe(1);
    const reply = await gateway.cancel(id);
    expect(await channelsOf(attempt)).toBe(0);
    expect(reply).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', reached: false, answered: false },
    });
    const call = await gateway.ended(id);
    expect(call.attempts[0]?.verdict).toMatchObject({ reason: 'cancelled', fault: 'none', retryable: false });
    expect(gateway.events(id).map((event) => event.type)).toEqual([
      'call.queued',
      'call.attempt_started',
      'call.ringing',
      'call.attempt_ended',
      'call.ended',
    ]);
    expect(invites.count(ringing)).toBe(1);
  });

  it('that has ended changes nothing', async () => {
    const { gateway } = lab();
    const { id } = placed(ringing);
    const before = await gateway.ended(id);
    const reply = await gateway.cancel(id);
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual(before);
    expect(gateway.events(id).filter((event) => event.type === 'call.ended')).toHaveLength(1);
  });

  it('that somebody is talking in is refused, unless it shall be cut off', async () => {
    const { gateway } = lab();
    const { id } = placed(talking);
    await gateway.heard(id, 'call.answered');
    const refused = await gateway.cancel(id);
    expect(refused).toMatchObject({ status: 409, body: { code: 'call_in_progress' } });
    expect((await gateway.api.call(id)).status).toBe('in_progress');
    const reply = await gateway.cancel(id, { hang_up: true });
    expect(reply).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', reached: true, answered: true },
    });
    expect(await channelsOf(reply.body.attempts[0])).toBe(0);
    const call = await gateway.ended(id);
    expect(call.attempts[0]?.verdict).toMatchObject({ reason: 'answered', sip_code: 200 });
  });

  it('that waits for another attempt ends it at once', async () => {
    const { gateway, invites } = lab();
    const { id } = placed(waiting);
    await gateway.heard(id, 'call.attempt_ended');
    const reply = await gateway.cancel(id);
    expect(reply).toMatchObject({ status: 200, body: { outcome: 'cancelled', next_attempt_at: null } });
    await gateway.ended(id);
    expect(invites.count(waiting)).toBe(1);
  });

  it('that was not dialled yet leaves the phone alone', async () => {
    const { gateway, invites } = lab();
    const { id } = placed(later);
    const replies = await Promise.all([gateway.cancel(id), gateway.cancel(id)]);
    for (const reply of replies) expect(reply).toMatchObject({ status: 200, body: { outcome: 'cancelled' } });
    await gateway.ended(id);
    expect(gateway.events(id).map((event) => event.type)).toEqual(['call.queued', 'call.ended']);
    expect(invites.count(later)).toBe(0);
  });

  it('that does not exist is not found', async () => {
    expect((await lab().gateway.cancel('call_00000000000000000000000000')).status).toBe(404);
  });
});

/** How many channels the gateway's Asterisk has for this attempt, asked of Asterisk itself. */
async function channelsOf(attempt: { id: string } | undefined): Promise<number> {
  const { ariUrl, ariUser, ariPassword } = lab().lab.gateway;
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  const reply = await fetch(`${ariUrl}/ari/channels`, { headers: { authorization } });
  const channels = (await reply.json()) as { id: string }[];
  return channels.filter((channel) => channel.id === attempt?.id).length;
}
