import { randomFillSync } from 'node:crypto';

const poolBytes = 4_096;

/**
 * Random bytes for many small draws: asking the system costs some 8 µs, whether for twelve bytes or for four thousand. Each byte is given once, as a copy, and
 * wiped from the pool.
 */
export function createRandomPool(): (count: number) => Buffer {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return (count) => {
    if (count > poolBytes) return randomFillSync(Buffer.alloc(count));
    if (used + count > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = Buffer.from(pool.subarray(used, used + count));
    pool.fill(0, used, used + count);
    used += count;
    return drawn;
  };
}
