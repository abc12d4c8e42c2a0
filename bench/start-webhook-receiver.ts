import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** An event that arrived with a good signature. */
export interface ReceivedEvent {
  type: string;
  sequence: number | null;
  /** When its whole body had come, in milliseconds since 1970. */
  receivedAt: number;
  call: string | null;
  outcome: string | null;
  /** The last attempt of the call as it was at this event. */
  attempt: string | null;
}

export interface ReceiverOrder {
  secret: string;
}

export type ReceiverMessage =
  | { type: 'listening'; port: number }
  | { type: 'trusting' }
  | { type: 'events'; events: ReceivedEvent[]; refused: number };

export interface WebhookReceiver {
  url: string;
  /** The secret of the endpoint, from now on. */
  trust(secret: string): Promise<void>;
  /** All that came since the last time that this was asked; `refused` had no good signature. */
  take(): { events: ReceivedEvent[]; refused: number };
  /** Resolves when so many calls have ended since the last `take`; rejects after `limitMs`. */
  callsEnded(count: number, limitMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const child = fork(join(import.meta.dirname, 'webhook-receiver.ts'), { detached: true });
  const listeners = new Set<() => void>();
  let events: ReceivedEvent[] = [];
  let refused = 0;
  let port = 0;
  const answered = (type: ReceiverMessage['type']): Promise<void> =>
    new Promise((resolve, reject) => {
      child.once('exit', (status) =>
        reject(new Error(`the receiver of webhooks ended with status ${status ?? ''}`)),
      );
      child.on('message', function heard(message: ReceiverMessage) {
        if (message.type !== type) return;
        child.off('message', heard);
        resolve();
      });
    });
  child.on('message', (message: ReceiverMessage) => {
    if (message.type === 'listening') port = message.port;
    if (message.type !== 'events') return;
    events.push(...message.events);
    refused += message.refused;
    for (const listener of listeners) listener();
  });
  await answered('listening');

  const ended = (): number => events.filter((event) => event.type === 'call.ended').length;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    async trust(secret) {
      const trusting = answered('trusting');
      child.send({ secret } satisfies ReceiverOrder);
      await trusting;
    },
    take() {
      const taken = { events, refused };
      [events, refused] = [[], 0];
      return taken;
    },
    async callsEnded(count, limitMs) {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>();
      const check = (): void => {
        if (ended() >= count) resolve(undefined);
      };
      const limit = setTimeout(
        () => reject(new Error(`only ${ended()} of ${count} calls ended within ${limitMs / 1000} s`)),
        limitMs,
      );
      listeners.add(check);
      check();
      await promise.finally(() => {
        clearTimeout(limit);
        listeners.delete(check);
      });
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
