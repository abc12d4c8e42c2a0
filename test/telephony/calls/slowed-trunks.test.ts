import { describe, expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import { setCarrierFault, type CarrierFault } from '../../support/carrier-fault.ts';
import { mostInASecond, type SeenInvite } from '../../support/invite-witness.ts';
import { useCallLab } from '../../support/running-gateway.ts';

const callsPerSecond = 10;

/** The caller id tells the INVITEs of one trunk from those of another. */
const shownOver = {
  first: '+911600000001',
  second: '+911600000002',
  'first-for-some': '+911600000003',
  'second-for-some': '+911600000004',
  'now-and-then-full': '+911600000005',
  dead: '+911600000006',
};
type Way = keyof typeof shownOver;

const way = (
  name: Way,
  carrier: 'carrier-a' | 'carrier-b' | 'carrier-dead',
  changes: { prefixes?: string[]; order: number },
) =>
  labTrunk(carrier, {
    ...{ name, calls_per_second: callsPerSecond, setup_timeout: 'PT5S', ...changes },
    caller_ids: { service: [shownOver[name]], promotional: [], emergency: [] },
  });

/** Two pairs, each for numbers of its own, since a fault is one of a carrier: while one pair has it the other has none. */
const lab = useCallLab({
  trunks: [
    way('first', 'carrier-a', { order: 1 }),
    way('second', 'carrier-b', { order: 2 }),
    way('first-for-some', 'carrier-b', { prefixes: ['+919000172'], order: 1 }),
    way('second-for-some', 'carrier-a', { prefixes: ['+91900017'], order: 1 }),
    way('now-and-then-full', 'carrier-a', { order: 9 }),
    way('dead', 'carrier-dead', { prefixes: ['+91900020'], order: 1 }),
  ],
});

interface ShownTrunk {
  state: string;
  calls_per_second: { configured: number; now: number };
}

async function trunk(name: Way): Promise<ShownTrunk> {
  return (await lab().gateway.api.ask<ShownTrunk>('GET', `/v1/trunks/${name}`)).body;
}

const over = (name: Way): SeenInvite[] => lab().invites.all.filter(({ from }) => from === shownOver[name]);

/** So many calls at once to phones that ring and are engaged (17), or declined (21), after two seconds. */
async function place(count: number, from: string, request: Record<string, unknown> = {}): Promise<string[]> {
  const numbers = Array.from({ length: count }, (_, index) => `+91${Number(from) + index}`);
  return (await Promise.all(numbers.map((to) => lab().gateway.place(to, request)))).map(({ id }) => id);
}

/** Calls that want this trunk and no other: their INVITEs. */
async function placeOver(name: Way, count: number, from: string): Promise<SeenInvite[]> {
  const before = new Set(over(name));
  for (const id of await place(count, from, { trunk: name })) await lab().gateway.ended(id, 80_000);
  const invites = over(name).filter((each) => !before.has(each));
  expect(invites).toHaveLength(count);
  return invites;
}

/** Without those that a busy machine gave back unsent. */
const waysOf = ({ attempts }: CallView): string =>
  attempts
    .filter(({ verdict }) => verdict?.fault !== 'gateway')
    .map(({ trunk: name, verdict }) => `${name} ${verdict?.reason ?? ''}`)
    .join(', ');

interface Failing {
  does: string;
  fault: CarrierFault;
  carrier: 'A' | 'B';
  ways: readonly [Way, Way];
  reason: string;
  outcome: string;
  /** Of its own behaviour of handsets: the pairs are told apart by the number's prefix. */
  numbers: string;
}

/** Nobody is at its address, so the network sees nothing of it. */
const dead: Failing = {
  ...{ does: 'does not reply at all', fault: null, carrier: 'A', reason: 'trunk_failure' },
  ...{ ways: ['dead', 'first'], outcome: 'unreachable', numbers: '900020' },
};
const failing: Failing[] = [
  {
    ...{ does: 'answers 503', fault: '34', carrier: 'A', reason: 'congestion' },
    ...{ ways: ['first', 'second'], outcome: 'rejected', numbers: '900021' },
  },
  {
    ...{ does: 'says no more than «trying»', fault: '38', carrier: 'B', reason: 'trunk_failure' },
    ...{ ways: ['first-for-some', 'second-for-some'], outcome: 'busy', numbers: '900017' },
  },
];

describe.each([dead, ...failing])('a carrier that $does, whatever comes', (of) => {
  const [name, other] = of.ways;

  it('is slowed down, and the calls go on over another one without using up their one attempt', async () => {
    const { gateway, invites, lab: asterisks } = lab();
    const before = new Set(invites.all);
    const newOver = (each: Way): SeenInvite[] => over(each).filter((invite) => !before.has(invite));
    await setCarrierFault(asterisks.network, of.carrier, of.fault);
    const ids = await place(16, `${of.numbers}2000`);
    let failed = 0;
    for (const id of ids) {
      const call = await gateway.ended(id);
      expect(call).toMatchObject({ outcome: of.outcome });
      if (waysOf(call).startsWith(name)) failed += 1;
      expect([`${other} ${of.outcome}`, `${name} ${of.reason}, ${other} ${of.outcome}`]).toContain(
        waysOf(call),
      );
    }
    await setCarrierFault(asterisks.network, of.carrier, null);
    expect(newOver(other)).toHaveLength(ids.length);
    expect(newOver(name)).toHaveLength(name === 'dead' ? 0 : failed);
    expect(failed).toBeGreaterThanOrEqual(5);
    expect(mostInASecond(newOver(name))).toBeLessThanOrEqual(callsPerSecond);
    const { now } = (await trunk(name)).calls_per_second;
    expect(now).toBeLessThan(callsPerSecond);
    // all of them were out before the first one's limit was over
    if (of.reason === 'trunk_failure') expect(now).toBeGreaterThanOrEqual(callsPerSecond / 2);
  });
});

describe.concurrent('when it carries calls again', { timeout: 180_000 }, () => {
  it.for(failing)(
    'a carrier that $does gets them at the slower pace first, and at its own after a minute',
    async (of, { expect: expectHere }) => {
      const [name] = of.ways;
      const slowed = await placeOver(name, 16, `${of.numbers}2500`);
      const { now } = (await trunk(name)).calls_per_second;
      expect(now).toBeLessThan(callsPerSecond);
      // it has only grown since they left
      expect(mostInASecond(slowed)).toBeLessThanOrEqual(Math.ceil(now));
      const state = async (): Promise<string> => (await trunk(name)).state;
      await expectHere.poll(state, { timeout: 90_000, interval: 500 }).toBe('up');
      const full = await placeOver(name, 20, `${of.numbers}2600`);
      expect(mostInASecond(full)).toBeGreaterThan(mostInASecond(slowed));
      expect(mostInASecond(full)).toBeLessThanOrEqual(callsPerSecond);
    },
  );

  it('a carrier that has no room now and then is used all the while, each time at half of the pace before', async ({
    expect: expectHere,
  }) => {
    const { gateway } = lab();
    const name = 'now-and-then-full';
    let before = callsPerSecond;
    for (const time of [1, 2]) {
      const [refused = ''] = await place(1, `900034300${time}`, { trunk: name });
      await gateway.heard(refused, 'call.attempt_ended');
      const now = async (): Promise<number> => (await trunk(name)).calls_per_second.now;
      await expectHere.poll(now).toBeLessThan(before * 0.75);
      expect(await trunk(name)).toMatchObject({ state: 'slowed' });
      const invites = await placeOver(name, 8, `90001730${time}0`);
      before = await now();
      expect(mostInASecond(invites)).toBeLessThanOrEqual(Math.ceil(before));
      await gateway.cancel(refused);
    }
  });
});
