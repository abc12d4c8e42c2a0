import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideLeases, type LeaseMove, type Me } from '../../../src/domain/asterisks/decide-leases.ts';
import type { GatewayId, LeaseBoard, LeaseStanding } from '../../../src/domain/asterisks/lease.ts';

const [a, b, c] = ['a', 'b', 'c'] as GatewayId[] as [GatewayId, GatewayId, GatewayId];
const all = ['n', 'o', 's'];

const held = (asterisk: string, holder: GatewayId): LeaseStanding => ({
  asterisk,
  epoch: 1,
  holder,
  freeForMs: null,
});
const free = (asterisk: string, freeForMs: number): LeaseStanding => ({
  asterisk,
  epoch: 1,
  holder: null,
  freeForMs,
});
const expired = (asterisk: string, holder: GatewayId): LeaseStanding => ({
  ...held(asterisk, holder),
  freeForMs: 9_000,
});

function boardOf(leases: LeaseStanding[], gateways: GatewayId[], drives: string[] = all): LeaseBoard {
  return { leases, gateways: gateways.map((id) => ({ id, drives })) };
}

function decide(id: GatewayId, board: LeaseBoard, changes: Partial<Me> = {}): string {
  const mine = board.leases.filter(({ holder, freeForMs }) => holder === id && freeForMs === null);
  const me = {
    ...{ id, drives: new Set(all), held: new Set(mine.map(({ asterisk }) => asterisk)) },
    ...{ isPatient: false, isDead: () => false },
  };
  return told(decideLeases(board, { ...me, ...changes }));
}

function told(move: LeaseMove): string {
  if (move.do === 'take') return `take ${move.lease.asterisk}`;
  return move.do === 'give_back' ? `give back ${move.asterisk}` : 'nothing';
}

describe('a gateway', () => {
  it.each<[string, GatewayId, LeaseBoard, Partial<Me>, string]>([
    [
      'takes what is free, whatever is free for longest',
      a,
      boardOf([free('n', 10), free('s', 20)], [a]),
      {},
      'take s',
    ],
    [
      'takes all of them where it is alone',
      a,
      boardOf([held('n', a), held('o', a), free('s', 0)], [a]),
      {},
      'take s',
    ],
    ['leaves what others hold', a, boardOf([held('n', b)], [a, b]), {}, 'nothing'],
    ['takes what has expired', a, boardOf([expired('n', b)], [a]), {}, 'take n'],
    [
      'waits a little where the database was away',
      a,
      boardOf([expired('n', b)], [a]),
      { isPatient: true },
      'nothing',
    ],
    ['does not wait for what was given back', a, boardOf([free('n', 0)], [a]), { isPatient: true }, 'take n'],
    ['nor for itself', a, boardOf([expired('n', a)], [a]), { isPatient: true }, 'take n'],
    [
      'takes at once what the dead held',
      a,
      boardOf([held('n', b)], [a, b]),
      { isDead: (id) => id === b },
      'take n',
    ],
    ['leaves a free one to who has fewer', a, boardOf([held('n', a), free('s', 100)], [a, b]), {}, 'nothing'],
    ['and takes it after a head start', a, boardOf([held('n', a), free('s', 5_000)], [a, b]), {}, 'take s'],
    [
      'takes it where they have as many',
      a,
      boardOf([held('n', a), held('o', b), free('s', 0)], [a, b]),
      {},
      'take s',
    ],
    [
      'takes nothing that it cannot drive',
      a,
      boardOf([free('n', 9_000)], [a]),
      { drives: new Set() },
      'nothing',
    ],
    [
      'gives one back to who has two fewer',
      a,
      boardOf([held('n', a), held('s', a)], [a, b]),
      {},
      'give back s',
    ],
    [
      'keeps them while another is free',
      a,
      boardOf([held('n', a), held('s', a), free('o', 0)], [a, b]),
      {},
      'nothing',
    ],
    [
      'keeps them where the other has one',
      a,
      boardOf([held('n', a), held('s', a), held('o', b)], [a, b]),
      {},
      'nothing',
    ],
    [
      'gives one at a time, of several that have too many',
      b,
      boardOf([held('n', a), held('o', a), held('s', b), held('t', b)], [a, b, c]),
      {},
      'nothing',
    ],
    [
      'keeps what the other could not drive',
      a,
      boardOf([held('n', a), held('s', a)], [a, b], []),
      {},
      'nothing',
    ],
    [
      'gives back what it cannot drive and another can',
      a,
      boardOf([held('n', a), held('s', b)], [a, b]),
      { drives: new Set(['s']) },
      'give back n',
    ],
    [
      'keeps what nobody could drive',
      a,
      boardOf([held('n', a)], [a, b], []),
      { drives: new Set() },
      'nothing',
    ],
  ])('%s', (_, id, board, changes, expected) => {
    expect(decide(id, board, changes)).toBe(expected);
  });
});

it('come to an even spread, in few moves, and stay there, whoever holds what at first', () => {
  const places = fc.record({
    gateways: fc.integer({ min: 1, max: 6 }),
    holders: fc.array(fc.nat(6), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(places, ({ gateways, holders }) => {
      const ids = Array.from({ length: gateways }, (_, index) => `g${index}` as GatewayId);
      const names = holders.map((_, index) => `asterisk-${String(index).padStart(2, '0')}`);
      let leases = holders.map((holder, index): LeaseStanding => {
        const id = ids[holder];
        return id === undefined ? free(names[index] ?? '', 0) : held(names[index] ?? '', id);
      });
      for (let round = 0; round <= 4 * holders.length; round += 1) {
        let moved = 0;
        for (const id of ids) {
          const mine = leases.filter(({ holder }) => holder === id).map(({ asterisk }) => asterisk);
          const move = decideLeases(boardOf(leases, ids, names), {
            ...{ id, drives: new Set(names), held: new Set(mine), isPatient: false, isDead: () => false },
          });
          if (move.do === 'nothing') continue;
          moved += 1;
          const changed = move.do === 'take' ? held(move.lease.asterisk, id) : free(move.asterisk, 0);
          leases = leases.map((lease) => (lease.asterisk === changed.asterisk ? changed : lease));
        }
        if (moved === 0) break;
        expect(round, 'they come to rest').toBeLessThan(4 * holders.length);
      }
      const counts = ids.map((id) => leases.filter(({ holder }) => holder === id).length);
      expect(leases.every(({ holder }) => holder !== null)).toBe(true);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
