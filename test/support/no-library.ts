import type { StoreFlowDependencies } from '../../src/workflows/store-flow.ts';

/** What storing a flow needs where there is no prompt library and every language has a voice. */
export const noLibrary: Pick<StoreFlowDependencies, 'prompts' | 'speaks' | 'soundFetcher' | 'recordings'> = {
  prompts: { names: () => Promise.resolve([]) },
  speaks: () => true,
  soundFetcher: { fetch: () => Promise.resolve({ result: 'failed', detail: 'is not fetched in this test' }) },
  recordings: { keep: () => Promise.reject(new Error('nothing is uploaded in this test')) },
};
