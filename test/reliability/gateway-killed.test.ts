import { expect, it } from 'vitest';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import type { RunningGateway } from '../support/running-gateway.ts';
import { useCallLab } from '../support/running-gateway.ts';

const lab = useCallLab();

it('who picks up while the gateway is away is spoken to when it is back', async () => {
  const { gateway, invites } = lab();
  const to = '+919000001199';
  const { id } = await gateway.place(to);
  await gateway.heard(id, 'call.ringing');
  await killAndStartAgain(gateway);
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ outcome: 'completed', reached: true });
  expect(valuesOf(call)).toEqual(['q1=a', 'q2=a']);
  expect(call.attempts).toHaveLength(1);
  expect(invites.count(to)).toBe(1);
});

it('who was being asked when the gateway died hears the question again and answers it', async () => {
  const { gateway, invites } = lab();
  // A key that is pressed while nobody listens is lost, so the handset presses the same four times.
  const to = '+919000001111';
  const { id } = await gateway.place(to);
  await gateway.untilTimeline(id, { type: 'prompt', step: 'q1' });
  await killAndStartAgain(gateway);
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ outcome: 'completed', reached: true });
  expect(valuesOf(call)).toEqual(['q1=a', 'q2=a']);
  const asked = (await gateway.api.timeline(id)).filter(
    (line) => line.type === 'prompt' && line.step === 'q1',
  );
  expect(asked.length).toBeGreaterThanOrEqual(2);
  expect(call.attempts).toHaveLength(1);
  expect(invites.count(to)).toBe(1);
});

it('an answer that was given right before the gateway died is kept, and the next question is asked', async () => {
  const { gateway, invites } = lab();
  const to = '+919000002222';
  const { id } = await gateway.place(to);
  await gateway.heard(id, 'call.response_recorded');
  await killAndStartAgain(gateway);
  const resumedAt = gateway.process.log[0]?.['time'] as number;
  const call = await gateway.finished(id);
  expect(call).toMatchObject({ outcome: 'completed', reached: true });
  expect(valuesOf(call)).toEqual(['q1=b', 'q2=b']);
  const later = (await gateway.api.timeline(id)).filter((line) => Date.parse(line.at) > resumedAt);
  const asked = later.filter((line) => line.type === 'prompt').map((line) => line.step);
  expect(asked).toContain('q2');
  expect(asked).not.toContain('q1');
  expect(invites.count(to)).toBe(1);
});

it('whatever a call was doing when the gateway died, it ends once, and nobody is dialled twice', async () => {
  const { gateway, invites } = lab();
  const policy = { retry: { max_attempts: 3, after: { busy: 'PT1S', no_answer: 'PT1S' } } };
  const talking: string[] = [];
  // One after the other, so that each is somewhere else in its talk.
  for (const to of ['+919000003333', '+919000003331', '+919000003313', '+919000003133', '+919000001333']) {
    const { id } = await gateway.place(to);
    talking.push(id);
    await gateway.heard(id, 'call.answered');
  }
  const hangsUp = await gateway.place('+919000109999');
  const busy = await gateway.place('+919000179999', policy);
  await Promise.all([gateway.heard(hangsUp.id, 'call.answered'), gateway.heard(busy.id, 'call.ringing')]);
  await gateway.process.kill9();
  await expect.poll(() => invites.all.filter(isGone).length, { timeout: 10_000 }).toBe(2);
  await gateway.startAgain();

  const spokenToAgain: boolean[] = [];
  for (const id of talking) {
    const call = await gateway.finished(id);
    expect(call).toMatchObject({ outcome: 'completed', attempts: [{}] });
    const wasSpokenToAgain = await isSpokenToAgain(id);
    spokenToAgain.push(wasSpokenToAgain);
    // On a slow machine the first may have been at their end, and nobody wrote down how they hung up.
    expect(call.attempts[0]?.verdict?.reason).toBeOneOf(
      wasSpokenToAgain ? ['answered'] : ['answered', 'lost'],
    );
  }
  expect(spokenToAgain).toContain(true);
  expect(await gateway.finished(hangsUp.id)).toMatchObject({
    outcome: 'partial',
    reached: true,
    attempts: [{ verdict: { reason: 'lost' } }],
  });
  // Perhaps somebody took the phone, perhaps not: it is not called again on our own, whatever the policy says.
  expect(await gateway.finished(busy.id)).toMatchObject({
    outcome: 'unknown',
    reached: false,
    attempts: [{ verdict: { reason: 'lost', fault: 'unknown' } }],
  });
  expect(invites.all.map((invite) => invites.count(invite.nationalNumber))).toEqual(invites.all.map(() => 1));

  async function isSpokenToAgain(id: string): Promise<boolean> {
    const resumedAt = gateway.process.log[0]?.['time'] as number;
    const timeline = await gateway.api.timeline(id);
    return timeline.some(({ type, at }) => type === 'prompt' && Date.parse(at) > resumedAt);
  }

  function isGone(invite: { nationalNumber: string; live: boolean }): boolean {
    return !invite.live && ['9000109999', '9000179999'].includes(invite.nationalNumber);
  }
});

it('all of it was reported, in order, with no answer lost and each end told once', async () => {
  const { gateway } = lab();
  const { body } = await gateway.api.ask<{ data: CallView[] }>('GET', '/v1/calls?limit=200');
  expect(body.data.length).toBeGreaterThanOrEqual(10);
  for (const { id } of body.data) {
    const call = await gateway.ended(id);
    const events = gateway.events(id);
    const types = events.map((event) => event.type);
    expect(types.filter((type) => type === 'call.ended')).toHaveLength(1);
    expect(types.at(-1)).toBe('call.ended');
    const told = events.flatMap((event) => {
      const response = event.event?.data['response'] as { question: string; value: string } | undefined;
      return response ? [response] : [];
    });
    expect(valuesOf(call)).toEqual(valuesOf({ responses: told }));
  }
});

async function killAndStartAgain(gateway: RunningGateway): Promise<void> {
  await gateway.process.kill9();
  await gateway.startAgain();
}

function valuesOf(call: { responses: { question: string; value: string }[] }): string[] {
  return call.responses.map(({ question, value }) => `${question}=${value}`);
}
