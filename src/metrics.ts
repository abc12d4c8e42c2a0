import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Call } from './domain/calls/call.ts';

/** What operators watch, in Prometheus's format. No label ever has a number, a reference or a name. */
export interface Metrics {
  attemptEnded(call: Call): void;
  render(): Promise<{ contentType: string; body: string }>;
}

/** @param now gives what is true at the moment of a scrape */
export function createMetrics(now: { liveCalls: () => number; isReady: () => boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'ivrs_live_calls',
    help: 'Attempts on the line or being dialled.',
    registers,
    collect() {
      this.set(now.liveCalls());
    },
  });
  new Gauge({
    name: 'ivrs_telephony_ready',
    help: '1 while calls can be placed.',
    registers,
    collect() {
      this.set(now.isReady() ? 1 : 0);
    },
  });
  const attempts = new Counter({
    name: 'ivrs_attempts_ended_total',
    help: 'Attempts by the reason of their verdict and the trunk.',
    labelNames: ['reason', 'trunk'],
    registers,
  });
  const calls = new Counter({
    name: 'ivrs_calls_ended_total',
    help: 'Calls that ended after an attempt, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  return {
    attemptEnded(call) {
      const attempt = call.attempts.at(-1);
      if (attempt?.ended) attempts.inc({ reason: attempt.ended.verdict.reason, trunk: attempt.trunk });
      if (call.state.status === 'ended') calls.inc({ outcome: call.state.outcome });
    },
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
