import { testApiKeyContract } from '../../support/api-keys-contract.ts';
import { InMemoryApiKeys } from '../../support/in-memory-api-keys.ts';

testApiKeyContract('in memory', () => Promise.resolve(new InMemoryApiKeys()));
