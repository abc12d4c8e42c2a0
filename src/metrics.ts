import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { QueueDepths } from './db/queue-depths.ts';
import type { Call } from './domain/calls/call.ts';
import { createTrunkMetrics } from './trunk-metrics.ts';
import type { ToldTrunk } from './workflows/trunk-board.ts';
import { createLineMetrics, type LineMetrics } from './line-metrics.ts';
import { createWorkMetrics, type WorkMetrics } from './work-metrics.ts';

/** What operators watch, in Prometheus's format. No label ever has a number, a reference or a name. */
export interface Metrics extends Omit<WorkMetrics, 'queued'>, LineMetrics {
  attemptEnded(call: Call): void;
  renditionMade(voice: string): void;
  /** What lies on the disk after a sweep. */
  renditionsKept(bytes: number): void;
  /** A call was committed; of interest where that was its end. */
  callKept(call: Call): void;
  render(): Promise<{ contentType: string; body: string }>;
}

/** How often the delay of the event loop is looked at. Every 10 ms, as is usual, it woke an idle gateway 100 times of 117 in a second (measured). */
const eventLoopEveryMs = 100;

/** @param now gives what is true at the moment of a scrape */
export function createMetrics(now: {
  liveCalls: () => number;
  isReady: () => boolean;
  renditionsWaiting: () => number;
  trunks: () => readonly ToldTrunk[];
  /** Null where the database does not say. */
  queueDepths: () => Promise<QueueDepths | null>;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: eventLoopEveryMs });
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
  createTrunkMetrics(registry, now.trunks);
  const attempts = new Counter({
    name: 'ivrs_attempts_ended_total',
    help: 'Attempts by the reason of their verdict and the trunk.',
    labelNames: ['reason', 'trunk'],
    registers,
  });
  const calls = new Counter({
    name: 'ivrs_calls_ended_total',
    help: 'Calls that ended, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'ivrs_renditions_waiting',
    help: 'Sounds that are being made, or wait for their turn.',
    registers,
    collect() {
      this.set(now.renditionsWaiting());
    },
  });
  const renditions = new Counter({
    name: 'ivrs_renditions_made_total',
    help: 'Sounds made, by the voice that spoke them.',
    labelNames: ['voice'],
    registers,
  });
  const kept = new Gauge({
    name: 'ivrs_renditions_bytes',
    help: 'Room that renditions take, as the last sweep found it.',
    registers,
  });
  const work = createWorkMetrics(registry);
  return {
    ...createLineMetrics(registry),
    requestAnswered: (request) => work.requestAnswered(request),
    deliveryTried: (state) => work.deliveryTried(state),
    renditionMade: (voice) => renditions.inc({ voice }),
    renditionsKept: (bytes) => kept.set(bytes),
    attemptEnded(call) {
      const attempt = call.attempts.at(-1);
      if (attempt?.ended) attempts.inc({ reason: attempt.ended.verdict.reason, trunk: attempt.trunk });
    },
    callKept({ state }) {
      if (state.status === 'ended') calls.inc({ outcome: state.outcome });
    },
    async render() {
      work.queued(await now.queueDepths());
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
