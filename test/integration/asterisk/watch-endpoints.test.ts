import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { watchEndpointsByAmi } from '../../../src/telephony/asterisk/ami/watch-endpoints.ts';
import { watchEndpointsByAri } from '../../../src/telephony/asterisk/watch-endpoints-by-ari.ts';
import type { EndpointWatch, SeenEndpoints } from '../../../src/telephony/endpoint-health.ts';
import { keptLog } from '../../support/kept-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { startFakeAmi, type FakeAmi } from './fake-ami.ts';
import { startFakeAri } from './fake-ari.ts';

let ami: FakeAmi;
let watch: EndpointWatch | null = null;
beforeEach(async () => {
  ami = await startFakeAmi();
  ami.contacts.set('carrier-a', 'Reachable').set('carrier-b', 'NonQualified');
});
afterEach(async () => {
  await watch?.stop();
  watch = null;
  await ami.close();
});

/** Soon enough for a test; limits of five seconds are those of a clock that the test moves. */
const timing = { lookEveryMs: 20, firstWaitMs: 10, longestWaitMs: 40 };

function watching(
  changes: { password?: string; clock?: VirtualClock; lookEveryMs?: number; host?: string } = {},
) {
  const { clock = systemClock, lookEveryMs = 20, host = '127.0.0.1', password = 'secret' } = changes;
  const log = keptLog();
  const looks: Record<string, string | true>[] = [];
  const started = watchEndpointsByAmi({
    access: { host, port: ami.port, user: 'ivrs', password },
    asterisk: 'asterisk',
    endpoints: ['carrier-a', 'carrier-b', 'carrier-c'],
    ...{ clock, log, random: () => 0.5, timing: { ...timing, lookEveryMs } },
    onSeen: (seen) => void looks.push(told(seen)),
  });
  watch = started;
  started.start();
  return { looks, log, started };
}

function told(seen: SeenEndpoints): Record<string, string | true> {
  return Object.fromEntries([...seen].map(([name, { up, reason }]) => [name, up || (reason ?? '')]));
}

const until = (check: () => boolean): Promise<void> =>
  expect.poll(check, { timeout: 5_000, interval: 5 }).toBe(true);

describe('watching endpoints over the manager interface', () => {
  it('tells of each that is qualified or registered, again and again', async () => {
    ami.registrations.push({ name: 'carrier-b', status: 'Registered' });
    const { looks } = watching();
    await until(() => looks.length >= 3);
    expect(looks[0]).toEqual({ 'carrier-a': true, 'carrier-b': true });
    ami.contacts.set('carrier-a', 'Unreachable');
    ami.registrations[0]!.status = 'Rejected';
    await until(() => looks.at(-1)?.['carrier-a'] !== true);
    await until(() => looks.at(-1)?.['carrier-b'] !== true);
    expect(looks.at(-1)).toEqual({
      'carrier-a': 'The carrier does not answer OPTIONS.',
      'carrier-b': 'The carrier rejects our registration.',
    });
    expect(ami.made).toBe(1);
  });

  it('looks at once when Asterisk tells that something changed', async () => {
    const { looks } = watching({ lookEveryMs: 3_600_000 });
    await until(() => looks.length === 1);
    ami.tell({ Event: 'FullyBooted', Status: 'Fully Booted' });
    ami.contacts.set('carrier-a', 'Unreachable');
    ami.tell({ Event: 'ContactStatus', ContactStatus: 'Unreachable', AOR: 'carrier-a' });
    await until(() => looks.length === 2);
    expect(looks[1]).toEqual({ 'carrier-a': 'The carrier does not answer OPTIONS.' });
  });

  it('opens another connection after each that is cut, one at a time, and leaves none', async () => {
    const { looks, log, started } = watching();
    for (let cuts = 1; cuts <= 20; cuts += 1) {
      const seen = looks.length;
      await until(() => looks.length > seen);
      ami.cut();
      await until(() => ami.made > cuts);
      expect(ami.open()).toBeLessThanOrEqual(1);
    }
    await started.stop();
    await until(() => ami.open() === 0);
    const made = ami.made;
    expect(ami.asked.filter((action) => action === 'login').length).toBeLessThanOrEqual(made);
    expect(log.lines.map(({ level }) => level)).toContain('warn');
  });

  it('gives up a connection over which nothing comes any more, within its heartbeat, and closes it', async () => {
    const clock = new VirtualClock();
    const { looks } = watching({ clock, lookEveryMs: 5_000 });
    await until(() => looks.length === 1);
    ami.silent = true;
    await clock.advanceBy(5_000);
    await until(() => ami.asked.length > 0 && ami.open() === 1);
    await clock.advanceBy(4_999);
    expect(ami.open()).toBe(1);
    await clock.advanceBy(1);
    await until(() => ami.open() === 0);
    // the next one is made, and does not even greet us
    const advancedUntil = (check: () => boolean): Promise<void> =>
      expect
        .poll(
          async () => {
            await clock.advanceBy(timing.longestWaitMs);
            return check();
          },
          { timeout: 10_000, interval: 5 },
        )
        .toBe(true);
    await advancedUntil(() => ami.made === 2 && ami.open() === 1);
    await advancedUntil(() => ami.made === 3);
    expect(ami.open()).toBeLessThanOrEqual(1);
    ami.silent = false;
    await advancedUntil(() => looks.length > 1);
    expect(ami.open()).toBe(1);
  });

  it('says once that its password is wrong, and goes on trying less and less often', async () => {
    ami.acceptsLogin = false;
    const { looks, log } = watching();
    await until(() => ami.made >= 5);
    expect(looks).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    ami.acceptsLogin = true;
    await until(() => looks.length > 0);
    expect(log.lines.slice(1)).toMatchObject([
      { level: 'info', message: 'the manager interface answers again' },
    ]);
  });

  it('stops at once, whatever it is doing', async () => {
    ami.silent = true;
    const { started } = watching({ clock: new VirtualClock() });
    await until(() => ami.open() === 1);
    await started.stop();
    await until(() => ami.open() === 0);
  });
});

describe('watching endpoints over ARI', () => {
  it('tells of those that ARI calls offline, and of nothing while it is away', async () => {
    const ari = await startFakeAri();
    let state = 'online';
    let isAway = false;
    ari.reply = ({ path }) => {
      if (path !== 'endpoints/PJSIP' && !path.endsWith('/endpoints/PJSIP')) return undefined;
      if (isAway) return 'cut';
      const others = { resource: 'other', state: 'offline' };
      return {
        status: 200,
        body: [{ resource: 'carrier-a', state }, { resource: 'carrier-b', state: 'unknown' }, others],
      };
    };
    const looks: Record<string, string | true>[] = [];
    watch = watchEndpointsByAri({
      ...{
        url: ari.url,
        user: 'ivrs',
        password: 'secret',
        clock: systemClock,
        log: keptLog(),
        lookEveryMs: 10,
      },
      asterisk: 'asterisk',
      endpoints: ['carrier-a', 'carrier-b'],
      onSeen: (seen) => void looks.push(told(seen)),
    });
    watch.start();
    await until(() => looks.length > 1);
    expect(looks.at(-1)).toEqual({ 'carrier-a': true });
    state = 'offline';
    await until(() => looks.at(-1)?.['carrier-a'] !== true);
    expect(looks.at(-1)).toEqual({ 'carrier-a': 'The carrier does not answer OPTIONS.' });
    isAway = true;
    const asked = ari.requests.length;
    await until(() => ari.requests.length > asked + 3);
    const seen = looks.length;
    await until(() => ari.requests.length > asked + 6);
    expect(looks.length).toBeLessThanOrEqual(seen);
    isAway = false;
    await until(() => looks.length > seen);
    await watch.stop();
    watch = null;
    await ari.close();
  });
});
