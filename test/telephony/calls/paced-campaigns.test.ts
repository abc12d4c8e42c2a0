import { expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import { mostInASecond, spanOf, type SeenInvite } from '../../support/invite-witness.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const callsPerSecond = 10;
const lab = useCallLab({ trunks: [labTrunk('carrier-a', { calls_per_second: callsPerSecond })] });

/** One trunk for three campaigns; each has numbers of its own, whose phones ring and are engaged after two seconds. */
const campaigns = {
  slow: { pace: { calls_per_second: 2 }, calls: 8, numbers: '1' },
  few: { pace: { max_concurrent: 2 }, calls: 4, numbers: '2' },
  unlimited: { pace: {}, calls: 30, numbers: '3' },
};
type Name = keyof typeof campaigns;

/** Asks for its calls, which wait until it is started. */
async function draft(name: Name): Promise<{ campaign: string; calls: string[] }> {
  const { gateway } = lab();
  const { pace, calls, numbers } = campaigns[name];
  const { body } = await gateway.api.ask<{ id: string }>('POST', '/v1/campaigns', {
    body: { name, flow: 'quiz', pace },
  });
  const placed = await Promise.all(
    Array.from({ length: calls }, (_, index) => {
      const to = `+91900017${numbers}${String(100 + index)}`;
      return gateway.place(to, { campaign_id: body.id, reference: to });
    }),
  );
  return { campaign: body.id, calls: placed.map(({ id }) => id) };
}

const invitesOf = (name: Name): SeenInvite[] =>
  lab()
    .invites.all.filter((each) => each.nationalNumber.startsWith(`900017${campaigns[name].numbers}`))
    .toSorted((one, other) => one.at - other.at);

function mostAtOnce(invites: readonly SeenInvite[]): number {
  const liveAt = (instant: number): number =>
    invites.filter(({ at, until }) => at <= instant && instant < until).length;
  return Math.max(...invites.map(({ at }) => liveAt(at)));
}

it('the network sees each campaign keep to its own pace and its own calls at once, while another one has the trunk’s', async () => {
  const { gateway, invites } = lab();
  const drafts = await Promise.all([draft('slow'), draft('few'), draft('unlimited')]);
  expect(invites.all).toEqual([]);
  for (const { campaign } of drafts)
    expect((await gateway.api.ask('POST', `/v1/campaigns/${campaign}/start`, { body: {} })).status).toBe(200);
  for (const id of drafts.flatMap(({ calls }) => calls))
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'busy' });

  const [slow, few, unlimited] = [invitesOf('slow'), invitesOf('few'), invitesOf('unlimited')];
  expect([slow.length, few.length, unlimited.length]).toEqual([8, 4, 30]);
  expect(mostInASecond(invites.all)).toBeLessThanOrEqual(callsPerSecond);
  expect(mostInASecond(slow)).toBeLessThanOrEqual(2);
  expect(spanOf(slow)).toBeGreaterThanOrEqual((7 / 2) * 1_000);
  expect(mostAtOnce(few)).toBe(2);
  // the phones of the others ring while those wait for theirs
  expect(mostAtOnce(unlimited)).toBeGreaterThan(2);
  expect(mostInASecond(unlimited)).toBeGreaterThan(2);
  expect(unlimited[0]?.at).toBeLessThan(slow.at(-1)?.at ?? 0);
  expect(slow[0]?.at).toBeLessThan(unlimited.at(-1)?.at ?? 0);
});
