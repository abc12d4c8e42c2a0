import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/**
 * `unit` and `scenarios` are pure and fast; `integration` has a real PostgreSQL and real HTTP over loopback; `telephony` real Asterisks.
 * Nothing is tried again: a test that fails now and then is a bug. The time limits end what hangs; none of them is a measurement, and a busy machine
 * has several times what a quiet one needs.
 */
export default defineConfig({
  test: {
    retry: 0,
    sequence: { sequencer: LongestFirst },
    restoreMocks: true,
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        // a hundred thousand invented cases take ten seconds
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          globalSetup: ['test/support/postgres-server.ts'],
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // by `npm run test:faults` alone, one after the other
        test: {
          name: 'faults',
          include: ['test/faults/*.test.ts'],
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'telephony',
          // most of a call is waiting: all phones of a file may ring at once
          maxConcurrency: 40,
          include: ['test/telephony/**/*.test.ts', 'test/reliability/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
