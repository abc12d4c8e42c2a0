import type { Config } from './config/config.ts';
import type { Vault } from './db/vault.ts';
import type { Clock } from './lib/clock.ts';
import type { WebhookPolicy } from './webhooks/address-guard.ts';
import { createLookupClient, type LookupClient } from './webhooks/look-up.ts';
import { createSoundFetcher, type SoundFetcher } from './webhooks/sound-fetcher.ts';
import { createWebhookSender, type WebhookSender } from './webhooks/webhook-sender.ts';

/** What the gateway asks of other people's servers, all through the guarded connector: webhooks, look-ups during calls, sounds of flows. */
export interface Outgoing {
  policy: WebhookPolicy;
  sender: WebhookSender;
  lookups: LookupClient;
  soundFetcher: SoundFetcher;
}

/** What is opened is closed with `stack`, in order. */
export function openOutgoing(
  { config, vault, clock }: { config: Pick<Config, 'allowPrivateWebhooks'>; vault: Vault; clock: Clock },
  stack: AsyncDisposableStack,
): Outgoing {
  const policy = { allowPrivate: config.allowPrivateWebhooks };
  const sender = createWebhookSender({ policy, clock });
  stack.defer(() => sender.close());
  const lookups = createLookupClient({ policy, clock, secretOf: (host) => vault.hostSecret(host) });
  stack.defer(() => lookups.close());
  const soundFetcher = createSoundFetcher({ policy });
  stack.defer(() => soundFetcher.close());
  return { policy, sender, lookups, soundFetcher };
}
