import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LeaseStore } from '../../src/db/lease-store.ts';
import type { GatewayId, Lease, LeaseStanding } from '../../src/domain/asterisks/lease.ts';

/** Leases of their own for a test, with the usual timing, on a database that has run for long. */
export interface LeasesUnderTest {
  leases: LeaseStore;
  /** Lets so much time pass. */
  pass(durationMs: number): void | Promise<void>;
  /** The database has just been started again. */
  restartDatabase(): void | Promise<void>;
  close(): Promise<void>;
}

const [a, b, c] = ['gateway-a', 'gateway-b', 'gateway-c'] as GatewayId[] as [GatewayId, GatewayId, GatewayId];

/** What leases keep to, on PostgreSQL and in memory. */
export function testLeaseContract(name: string, create: () => Promise<LeasesUnderTest>): void {
  describe(`leases ${name}`, () => {
    let under: LeasesUnderTest;
    let leases: LeaseStore;
    beforeEach(async () => {
      under = await create();
      leases = under.leases;
    });
    afterEach(() => under.close());

    const look = (gateway: GatewayId, held: readonly Lease[] = []) =>
      leases.look({ gateway, knows: ['north', 'south'], drives: ['north', 'south'], held });

    async function standing(asterisk = 'north', gateway = c): Promise<LeaseStanding> {
      const found = (await look(gateway)).leases.find((lease) => lease.asterisk === asterisk);
      if (!found) throw new Error('it is known');
      return found;
    }

    async function take(gateway: GatewayId, dead: GatewayId[] = []): Promise<Lease | null> {
      return leases.take({ gateway, lease: await standing(), dead });
    }

    it('are there as soon as somebody knows the Asterisk, free', async () => {
      const { leases: there } = await look(a);
      expect(there.map(({ asterisk, epoch, holder }) => [asterisk, epoch, holder])).toEqual([
        ['north', 0, null],
        ['south', 0, null],
      ]);
      expect(there[0]?.freeForMs).toBeLessThan(1_000);
    });

    it('are taken by one of ten at once', async () => {
      const seen = await standing();
      const taken = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          leases.take({ gateway: `gateway-${index}` as GatewayId, lease: seen, dead: [] }),
        ),
      );
      expect(taken.filter((lease) => lease !== null)).toEqual([{ asterisk: 'north', epoch: 1 }]);
    });

    it('are held for as long as they are prolonged', async () => {
      const lease = await take(a);
      for (let round = 0; round < 5; round += 1) {
        await under.pass(8_000);
        await look(a, lease ? [lease] : []);
        expect(await take(b)).toBeNull();
      }
      expect(await standing()).toEqual({ asterisk: 'north', epoch: 1, holder: a, freeForMs: null });
    });

    it('expire where nobody prolongs them, and count their takings', async () => {
      const lease = await take(a);
      await under.pass(9_500);
      expect(await take(b)).toBeNull();
      await under.pass(600);
      expect((await standing()).freeForMs).toBeGreaterThanOrEqual(100);
      expect(await take(b)).toEqual({ asterisk: 'north', epoch: 2 });
      // who comes late changes nothing of it
      await look(a, lease ? [lease] : []);
      if (lease) await leases.giveBack(a, lease);
      expect(await standing()).toMatchObject({ epoch: 2, holder: b, freeForMs: null });
    });

    it('that have expired and were not taken are prolonged by who held them', async () => {
      const lease = await take(a);
      await under.pass(12_000);
      await look(a, lease ? [lease] : []);
      expect(await take(b)).toBeNull();
    });

    it('are taken only as they were seen', async () => {
      const seen = await standing();
      await take(a);
      await under.pass(12_000);
      expect(await leases.take({ gateway: b, lease: seen, dead: [] })).toBeNull();
    });

    it('that are given back can be taken at once', async () => {
      const lease = await take(a);
      if (lease) await leases.giveBack(a, lease);
      expect(await standing()).toMatchObject({ epoch: 1, holder: null });
      expect(await take(b)).toEqual({ asterisk: 'north', epoch: 2 });
    });

    it('are given back by their holder alone', async () => {
      const lease = await take(a);
      if (lease) await leases.giveBack(b, lease);
      expect(await standing()).toMatchObject({ holder: a });
    });

    it('of the dead are taken at once', async () => {
      await take(a);
      expect(await take(b, [c])).toBeNull();
      expect(await take(b, [a])).toEqual({ asterisk: 'north', epoch: 2 });
    });

    it('do not expire within half a minute of the start of the database', async () => {
      await take(a);
      await under.pass(20_000);
      await under.restartDatabase();
      await under.pass(29_000);
      expect(await standing()).toMatchObject({ holder: a, freeForMs: null });
      expect(await take(b)).toBeNull();
      await under.pass(1_500);
      expect(await take(b)).toEqual({ asterisk: 'north', epoch: 2 });
    });

    it('tell which gateways live, and what each is able to drive', async () => {
      await leases.look({ gateway: a, knows: ['north'], drives: ['north'], held: [] });
      await under.pass(6_000);
      const { gateways } = await leases.look({ gateway: b, knows: ['north'], drives: [], held: [] });
      expect(gateways).toEqual([
        { id: a, drives: ['north'] },
        { id: b, drives: [] },
      ]);
      await under.pass(6_000);
      expect((await look(c)).gateways.map(({ id }) => id)).toEqual([b, c]);
      await leases.leave(b);
      expect((await look(c)).gateways.map(({ id }) => id)).toEqual([c]);
    });
  });
}
