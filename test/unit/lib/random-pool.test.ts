import { describe, expect, it } from 'vitest';
import { createRandomPool } from '../../../src/lib/random-pool.ts';

describe('a pool of random bytes', () => {
  it('gives as many as are asked for, none twice', () => {
    const draw = createRandomPool();
    const drawn = Array.from({ length: 3_000 }, () => draw(12));
    expect(new Set(drawn.map((bytes) => bytes.toString('hex'))).size).toBe(3_000);
    expect(drawn.every(({ length }) => length === 12)).toBe(true);
    expect(draw(0)).toHaveLength(0);
    expect(draw(10_000).some((byte) => byte !== 0)).toBe(true);
  });

  it('never gives what it has wiped', () => {
    const draw = createRandomPool();
    for (let each = 0; each < 2_000; each += 1) expect(draw(16).equals(Buffer.alloc(16))).toBe(false);
  });

  it('keeps no hold of what it gave', () => {
    const draw = createRandomPool();
    const first = draw(16);
    const kept = Buffer.from(first);
    draw(4_096);
    expect(first.equals(kept)).toBe(true);
  });
});
