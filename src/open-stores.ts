import { createCampaignCalls, type CampaignCalls } from './db/campaign-calls.ts';
import { createCampaignStore, type CampaignStore } from './db/campaign-store.ts';
import { createErasureStore, type ErasureStore } from './db/erasure-store.ts';
import { createFlowStore, type FlowStore } from './db/flow-store.ts';
import { createPromptStore, type PromptStore } from './db/prompt-store.ts';
import { createVoiceMessageStore, type VoiceMessageStore } from './db/voice-message-store.ts';
import type { Clock } from './lib/clock.ts';
import type { Storage } from './open-storage.ts';
import { createSoundStore, type SealedSoundStore } from './recordings/sound-store.ts';
import { PromptLibrary } from './workflows/prompt-library.ts';

/** What is kept beside the calls themselves: flows, prompts, campaigns, and what people said. */
export interface Stores {
  flows: FlowStore;
  prompts: PromptStore;
  library: PromptLibrary;
  campaigns: CampaignStore;
  campaignCalls: CampaignCalls;
  erasures: ErasureStore;
  voiceMessages: VoiceMessageStore;
  /** The sound of voice messages and of whole calls, sealed. */
  keptSounds: SealedSoundStore;
}

export function openStores(needs: {
  storage: Pick<Storage, 'database' | 'vault'>;
  dataDir: string;
  clock: Clock;
  onDeliveries: () => void;
}): Stores {
  const { storage, dataDir, clock, onDeliveries } = needs;
  const { database, vault } = storage;
  const prompts = createPromptStore(database);
  return {
    flows: createFlowStore(database),
    prompts,
    library: new PromptLibrary({ prompts, clock }),
    campaigns: createCampaignStore({ database, onDeliveries }),
    campaignCalls: createCampaignCalls(database, vault),
    erasures: createErasureStore(database),
    voiceMessages: createVoiceMessageStore(database),
    keptSounds: createSoundStore({ dataDir, keys: vault }),
  };
}
