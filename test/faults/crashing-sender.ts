import { createWebhookSender as create } from '../../src/webhooks/webhook-sender.ts';
import type { WebhookSender } from '../../src/webhooks/webhook-sender.ts';
import { crashHere } from './crash-here.ts';

/** Stands for `src/webhooks/webhook-sender.ts`, which it is but for the crashes. */
export function createWebhookSender(...given: Parameters<typeof create>): WebhookSender {
  const sender = create(...given);
  return {
    ...sender,
    async send(message) {
      crashHere('sending');
      const result = await sender.send(message);
      crashHere('sent');
      return result;
    },
  };
}
