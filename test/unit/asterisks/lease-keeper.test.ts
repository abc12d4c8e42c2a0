import { beforeEach, describe, expect, it } from 'vitest';
import { LedgerUnavailable } from '../../../src/db/ledger.ts';
import type { LeaseStore } from '../../../src/db/lease-store.ts';
import { lookAtLeasesEveryMs, type GatewayId } from '../../../src/domain/asterisks/lease.ts';
import { wait } from '../../../src/lib/wait.ts';
import type { HeldLease } from '../../../src/workflows/held-lease.ts';
import { LeaseKeeper, type DrivenAsterisk } from '../../../src/workflows/lease-keeper.ts';
import { InMemoryLeases } from '../../support/in-memory-leases.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

class Driven implements DrivenAsterisk {
  readonly lease: HeldLease;
  unreachableMs = 0;
  endedWithin: number | null = null;
  end: (graceMs: number) => Promise<void> = (graceMs) => {
    this.endedWithin = graceMs;
    return Promise.resolve();
  };

  constructor(lease: HeldLease) {
    this.lease = lease;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  unreachableForMs(): number {
    return this.unreachableMs;
  }
}

class Gateway {
  readonly keeper: LeaseKeeper<Driven>;
  readonly driven: Driven[] = [];
  isCut = false;
  isUnfit = false;
  /** How long the database takes for each answer. */
  answersAfterMs = 0;
  readonly dead = new Set<string>();

  constructor(world: World, id: string, asterisks: readonly string[]) {
    const cut = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (this.isCut) throw new LedgerUnavailable('cut');
      const answer = await ask();
      if (this.answersAfterMs > 0) await wait(world.clock, this.answersAfterMs);
      return answer;
    };
    const leases: LeaseStore = {
      look: (me) => cut(() => world.leases.look(me)),
      take: (taking) => cut(() => world.leases.take(taking)),
      giveBack: (...given) => cut(() => world.leases.giveBack(...given)),
      leave: (gateway) => cut(() => world.leases.leave(gateway)),
    };
    this.keeper = new LeaseKeeper({
      ...{ leases, clock: world.clock, log: silentLog, gateway: id as GatewayId, asterisks },
      isDead: (other) => this.dead.has(other),
      unfit: () => (this.isUnfit ? 'its trunks differ' : null),
      drive: (lease) => {
        const driven = new Driven(lease);
        this.driven.push(driven);
        return driven;
      },
      onGivenBack: () => undefined,
    });
  }

  get holds(): string[] {
    return [...this.keeper.driven().keys()].toSorted();
  }
}

class World {
  readonly clock = new VirtualClock();
  readonly leases = new InMemoryLeases(this.clock);
  readonly gateways: Gateway[] = [];

  add(id: string, asterisks: readonly string[] = ['north', 'south']): Gateway {
    const gateway = new Gateway(this, id, asterisks);
    this.gateways.push(gateway);
    return gateway;
  }

  /** What a gateway lets the others know that it is able to drive. */
  async drives(id: string): Promise<readonly string[] | undefined> {
    const nobody = { gateway: 'nobody' as GatewayId, knows: [], drives: [], held: [] };
    const { gateways } = await this.leases.look(nobody);
    return gateways.find((gateway) => gateway.id === id)?.drives;
  }

  /** Everybody looks every two seconds for so long. */
  async live(durationMs: number): Promise<void> {
    for (let elapsedMs = 0; elapsedMs < durationMs; elapsedMs += lookAtLeasesEveryMs) {
      for (const { keeper } of this.gateways) await keeper.round().catch(() => undefined);
      await this.clock.advanceBy(lookAtLeasesEveryMs);
    }
  }
}

describe('a gateway keeps leases', () => {
  let world: World;
  beforeEach(() => (world = new World()));

  it('of all Asterisks where it is alone, for as long as it lives', async () => {
    const one = world.add('one');
    await world.live(60_000);
    expect(one.holds).toEqual(['north', 'south']);
    expect(one.driven).toHaveLength(2);
    expect(one.driven.every(({ lease }) => lease.isSafe())).toBe(true);
  });

  it('and leaves one to another that comes later, with time for who talks', async () => {
    const one = world.add('one');
    await world.live(10_000);
    const two = world.add('two');
    await world.live(6_000);
    expect([one.holds, two.holds]).toEqual([['north'], ['south']]);
    expect(one.driven.map(({ endedWithin }) => endedWithin).toSorted()).toEqual([18_000, null]);
    await world.live(60_000);
    expect([one.driven.length, two.driven.length]).toEqual([2, 1]);
  });

  it('prolongs a lease while it is still ending its calls', async () => {
    const one = world.add('one');
    await world.live(4_000);
    const ending = Promise.withResolvers<undefined>();
    for (const driven of one.driven) driven.end = () => ending.promise;
    const two = world.add('two');
    await world.live(16_000);
    expect([one.holds, two.holds]).toEqual([['north'], []]);
    expect(await world.drives('one')).toEqual(['north']);
    ending.resolve(undefined);
    await world.live(4_000);
    expect(two.holds).toEqual(['south']);
  });

  it('takes those of one that died when they expire, within 17 seconds', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(20_000);
    expect([one.holds, two.holds]).toEqual([['north'], ['south']]);
    world.gateways.shift();
    await world.live(17_000);
    expect(two.holds).toEqual(['north', 'south']);
  });

  it('and at once where it is known that the other died', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(20_000);
    world.gateways.shift();
    two.dead.add('one');
    await world.live(2_000);
    expect(two.holds).toEqual(['north', 'south']);
    expect(one.holds).toEqual(['north']);
  });

  it('is not sure of a lease any more before it expires, and lets go when somebody else has it', async () => {
    const one = world.add('one', ['north']);
    await world.live(2_000);
    const [driven] = one.driven;
    one.isCut = true;
    await world.live(7_000);
    expect(driven?.lease.isSafe()).toBe(false);
    // who talks is attended for as long as nothing is known
    expect(driven?.endedWithin).toBeNull();
    const two = world.add('two', ['north']);
    await world.live(8_000);
    expect(two.holds).toEqual(['north']);
    one.isCut = false;
    await world.live(2_000);
    expect(driven?.endedWithin).toBe(0);
    expect([one.holds, two.holds]).toEqual([[], ['north']]);
    expect(driven?.lease.isSafe()).toBe(false);
  });

  it('is sure of a lease from when it asked, and for a second less than it was given', async () => {
    const one = world.add('one', ['north']);
    await world.live(2_000);
    const [driven] = one.driven;
    one.answersAfterMs = 6_000;
    const round = one.keeper.round();
    await world.clock.advanceBy(6_000);
    await round;
    await world.clock.advanceBy(2_999);
    expect(driven?.lease.isSafe()).toBe(true);
    await world.clock.advanceBy(1);
    expect(driven?.lease.isSafe()).toBe(false);
  });

  it('is not sure of a lease any more once it knows that another has it', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(20_000);
    two.dead.add('one');
    await two.keeper.round();
    expect(two.holds).toEqual(['north', 'south']);
    const [driven] = one.driven;
    expect(driven?.lease.isSafe()).toBe(true);
    await one.keeper.round();
    expect([driven?.lease.isSafe(), driven?.endedWithin]).toEqual([false, 0]);
  });

  it('keeps it where nobody took it meanwhile', async () => {
    const one = world.add('one', ['north']);
    await world.live(2_000);
    one.isCut = true;
    await world.live(40_000);
    one.isCut = false;
    await world.live(2_000);
    expect(one.driven.map(({ endedWithin, lease }) => [endedWithin, lease.isSafe()])).toEqual([[null, true]]);
  });

  it('takes nothing from others right after the database was away for all of them', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(10_000);
    for (const gateway of [one, two]) gateway.isCut = true;
    await world.live(40_000);
    two.isCut = false;
    await world.live(6_000);
    one.isCut = false;
    await world.live(20_000);
    expect([one.holds, two.holds]).toEqual([['north'], ['south']]);
    expect([one.driven.length, two.driven.length]).toEqual([2, 1]);
  });

  it('leaves an Asterisk that it cannot reach to one that can, and takes another for it', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(10_000);
    for (const driven of one.driven) driven.unreachableMs = 16_000;
    await world.live(10_000);
    expect([one.holds, two.holds]).toEqual([['south'], ['north']]);
    // nobody is heard over it, so nobody is waited for
    expect(one.driven[0]?.endedWithin).toBe(0);
  });

  it('but keeps it where it is alone', async () => {
    const one = world.add('one', ['north']);
    await world.live(4_000);
    for (const driven of one.driven) driven.unreachableMs = 60_000;
    await world.live(60_000);
    expect(one.driven.map(({ endedWithin }) => endedWithin)).toEqual([null]);
  });

  it('leaves all of them where it must not dial and another may', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(10_000);
    one.isUnfit = true;
    await world.live(6_000);
    expect([one.holds, two.holds]).toEqual([[], ['north', 'south']]);
  });

  it('gives them back at its end, so that others need not wait', async () => {
    const [one, two] = [world.add('one'), world.add('two')];
    await world.live(10_000);
    world.gateways.shift();
    await one.keeper.stop(5_000);
    expect(one.driven.at(-1)?.endedWithin).not.toBeNull();
    await world.live(2_000);
    expect(two.holds).toEqual(['north', 'south']);
  });

  it('gives back what it is given while it ends', async () => {
    const one = world.add('one', ['north']);
    one.answersAfterMs = 1_000;
    const round = one.keeper.round();
    // it has looked, and asked for the lease
    await world.clock.advanceBy(1_500);
    const stopped = one.keeper.stop(5_000);
    await world.clock.advanceBy(5_000);
    await Promise.all([round, stopped]);
    expect(one.driven).toEqual([]);
    const two = world.add('two', ['north']);
    await two.keeper.round();
    expect(two.holds).toEqual(['north']);
  });

  it('lets the others know that it drives nothing any more, while who talks may finish', async () => {
    const one = world.add('one');
    await world.live(4_000);
    expect(await world.drives('one')).toEqual(['north', 'south']);
    const ending = Promise.withResolvers<undefined>();
    for (const driven of one.driven) driven.end = () => ending.promise;
    const stopped = one.keeper.stop(5_000);
    expect(await world.drives('one')).toEqual([]);
    ending.resolve(undefined);
    await stopped;
    expect(await world.drives('one')).toBeUndefined();
  });

  it('ends also where the database is away', async () => {
    const one = world.add('one');
    await world.live(4_000);
    one.isCut = true;
    await one.keeper.stop(5_000);
    expect(one.driven.map(({ endedWithin }) => endedWithin)).toEqual([5_000, 5_000]);
  });
});
