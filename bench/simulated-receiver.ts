import { createHmac, randomBytes } from 'node:crypto';
import type { EndpointId } from '../src/domain/ids.ts';
import type { Clock } from '../src/lib/clock.ts';
import { signedHeaders } from '../src/webhooks/signed-headers.ts';
import type { WebhookMessage, WebhookSender } from '../src/webhooks/webhook-sender.ts';
import type { DeliveryAddress } from '../test/support/in-memory-deliveries.ts';

interface Received {
  headers: Record<string, string>;
  body: string;
}

/** A receiver of webhooks in this process: each is signed as the gateway does it, and handed over with no network between. */
export class SimulatedReceiver implements WebhookSender {
  readonly address: DeliveryAddress;
  readonly #key = randomBytes(32);
  readonly #clock: Pick<Clock, 'now'>;
  readonly #received: Received[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    const secret = `whsec_${this.#key.toString('base64')}`;
    const url = 'https://receiver.example/';
    this.address = { endpointId: 'whe_bench' as EndpointId, url, secrets: [secret], numbers: 'masked' };
  }

  get count(): number {
    return this.#received.length;
  }

  send(message: WebhookMessage): ReturnType<WebhookSender['send']> {
    this.#received.push({ headers: signedHeaders(message, this.#clock.now()), body: message.event.body });
    return Promise.resolve({ result: 'delivered', status: 204 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws Error where a signature is wrong, an event of a call is missing or out of order, or a call did not come out as it should */
  check(expected: { calls: number; types: readonly string[] }): void {
    const calls = Map.groupBy(
      this.#received.map((each) => this.#read(each)),
      ({ call }) => call.id,
    );
    if (calls.size !== expected.calls) throw new Error(`webhooks came of ${calls.size} calls`);
    for (const [id, events] of calls) {
      const types = events.map(({ type }) => type).join(' ');
      const isInOrder = events.every(({ sequence }, index) => sequence === index + 1);
      const outcome = events.at(-1)?.call.outcome;
      if (!isInOrder || types !== expected.types.join(' ') || outcome !== 'completed')
        throw new Error(`of ${id} came ${types}, and it ended as ${String(outcome)}`);
    }
  }

  #read({ headers, body }: Received): ReceivedEvent {
    const signed = `${headers['webhook-id'] ?? ''}.${headers['webhook-timestamp'] ?? ''}.${body}`;
    const signature = createHmac('sha256', this.#key).update(signed).digest('base64');
    if (headers['webhook-signature'] !== `v1,${signature}`) throw new Error('a webhook is signed wrongly');
    const { type, sequence, data } = JSON.parse(body) as Omit<ReceivedEvent, 'call'> & {
      data: Pick<ReceivedEvent, 'call'>;
    };
    return { type, sequence, call: data.call };
  }
}

interface ReceivedEvent {
  type: string;
  sequence: number;
  call: { id: string; outcome: string | null };
}
