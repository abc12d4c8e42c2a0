import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import { wait } from '../../../lib/wait.ts';
import type { EndpointHealth, EndpointWatch, EndpointWatchOptions } from '../../endpoint-health.ts';
import { backOffMs } from '../back-off.ts';
import { openAmi, type AmiAccess, type AmiConnection, type AmiEvent } from './ami-connection.ts';
import { AmiError } from './ami-error.ts';
import { endpointHealthOf } from './endpoint-health.ts';

export interface AmiWatchOptions extends EndpointWatchOptions {
  access: AmiAccess;
  clock: Clock;
  /** From 0 up to, but without, 1. */
  random: () => number;
  log: Log;
  timing?: Partial<AmiTiming>;
}

export interface AmiTiming {
  /** Between two looks where nothing is told of by itself. Each is a heartbeat too: one that is not answered in time ends the connection. */
  lookEveryMs: number;
  /** Waits between two connections. */
  firstWaitMs: number;
  longestWaitMs: number;
}

const usualTiming: AmiTiming = { lookEveryMs: 5_000, firstWaitMs: 1_000, longestWaitMs: 60_000 };

/** Events that say that a look is worth while. */
const news = new Set(['ContactStatus', 'Registry', 'PeerStatus']);

/**
 * Keeps a connection to Asterisk's manager interface, and looks over it:
 *
 *     connecting ──logged in──► looking ──► waiting for news, or the next look ──┐
 *        ▲                         ▲                                             │
 *        │                         └─────────────────────────────────────────────┘
 *        └──── back-off, with jitter ◄── lost, or an answer not in time
 *
 * Each connection is a fresh one, closed before the next is opened. What is seen is always a whole look: an event alone changes nothing, so none
 * that was lost matters.
 */
export function watchEndpointsByAmi(options: AmiWatchOptions): EndpointWatch {
  const { asterisk, clock, log, random } = options;
  const timing = { ...usualTiming, ...options.timing };
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let failures = 0;
  const isStopping = (): boolean => stopping.signal.aborted;

  async function run(): Promise<void> {
    while (!isStopping()) {
      const reason = await watchOnce().catch((error: unknown) => reasonOf(error, log));
      if (isStopping()) return;
      failures += 1;
      if (failures === 1)
        log.warn(
          { asterisk, reason },
          'the health of trunks is not known: the manager interface cannot be asked',
        );
      const backOff = { firstMs: timing.firstWaitMs, longestMs: timing.longestWaitMs };
      await wait(clock, backOffMs(backOff, failures, random), stopping.signal);
    }
  }

  /** Resolves with the reason why the connection is of no use any more. */
  async function watchOnce(): Promise<string> {
    let wake = (): void => undefined;
    const onEvent = ({ event = '' }: AmiEvent): void => {
      if (news.has(event)) wake();
    };
    const ami = await openAmi(options.access, { clock, onEvent, signal: stopping.signal });
    const lost = new AbortController();
    void ami.lost.then(() => lost.abort());
    try {
      while (!lost.signal.aborted) {
        const isNew = new AbortController();
        wake = () => isNew.abort();
        await look(ami);
        await wait(clock, timing.lookEveryMs, AbortSignal.any([lost.signal, isNew.signal]));
      }
      return await ami.lost;
    } finally {
      ami.close();
    }
  }

  async function look(ami: AmiConnection): Promise<void> {
    const registrations = await ami.ask({ action: 'PJSIPShowRegistrationsOutbound' });
    const seen = new Map<string, EndpointHealth>();
    for (const endpoint of options.endpoints) {
      const details = await detailsOf(ami, endpoint);
      const health = endpointHealthOf(endpoint, { details, registrations });
      if (health !== null) seen.set(endpoint, health);
    }
    if (failures > 0) log.info({ asterisk }, 'the manager interface answers again');
    failures = 0;
    if (!isStopping()) options.onSeen(seen);
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Nothing is known of an endpoint that Asterisk does not have. */
async function detailsOf(ami: AmiConnection, endpoint: string): Promise<AmiEvent[]> {
  try {
    return await ami.ask({ action: 'PJSIPShowEndpoint', endpoint });
  } catch (error) {
    if (error instanceof AmiError && error.code === 'refused') return [];
    throw error;
  }
}

function reasonOf(error: unknown, log: Log): string {
  if (error instanceof AmiError) return error.message;
  log.error({ err: error }, 'watching the health of trunks failed');
  return 'it failed';
}
