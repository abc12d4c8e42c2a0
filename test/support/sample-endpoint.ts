import type { WebhookEndpoint } from '../../src/db/webhook-endpoint-store.ts';
import { sampleIds } from './sample-call.ts';

/** An endpoint that wants everything, with an address and a secret of its own. */
export function sampleEndpoint(changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint & { secret: string } {
  const id = sampleIds.newId('whe');
  return {
    ...{ id, url: `https://${id}.example/`, secret: `whsec_${id}`, eventTypes: null, numbers: 'masked' },
    ...{ description: null, disabledReason: null, createdAt: 1_800_000_000_000 },
    ...changes,
  };
}
