import { calls } from './0001-calls.ts';
import { eventsAndWebhooks } from './0002-events-and-webhooks.ts';
import { prompts } from './0003-prompts.ts';
import { consents } from './0004-consents.ts';
import { voiceMessages } from './0006-voice-messages.ts';
import { campaigns } from './0007-campaigns.ts';
import { rotatedSecrets } from './0008-rotated-secrets.ts';
import { flowResults } from './0009-flow-results.ts';
import { recordedPrompts } from './0010-recorded-prompts.ts';
import { trunkStates } from './0011-trunk-states.ts';
import { rings } from './0012-rings.ts';
import { leases } from './0013-leases.ts';
import { trunkDefinitions } from './0013-trunk-definitions.ts';
import { whoAttends } from './0013-who-attends.ts';
import { lines } from './0014-lines.ts';
import { missedCalls } from './0014-missed-calls.ts';
import { transfers } from './0015-transfers.ts';
import { answeredLines } from './0017-answered-lines.ts';
import { callBackRequests } from './0018-call-back-requests.ts';
import { unsentAttempts } from './0019-unsent-attempts.ts';
import { agents } from './0020-agents.ts';
import { queue } from './0021-queue.ts';
import { oneIndexOfReferences } from './0022-one-index-of-references.ts';
import { erasures } from './0023-erasures.ts';
import { apiKeys } from './0024-api-keys.ts';
import { noIndexOfOpenCalls } from './0025-no-index-of-open-calls.ts';
import { keyRotation } from './0026-key-rotation.ts';
import { deadDeliveries } from './0027-dead-deliveries.ts';

export interface Migration {
  /** Sorts in the order of applying; never changed once released. */
  name: string;
  sql: string;
}

/** In the order of applying. */
export const migrations: readonly Migration[] = [
  calls,
  eventsAndWebhooks,
  prompts,
  consents,
  voiceMessages,
  campaigns,
  rotatedSecrets,
  flowResults,
  recordedPrompts,
  trunkStates,
  rings,
  leases,
  trunkDefinitions,
  whoAttends,
  lines,
  missedCalls,
  transfers,
  answeredLines,
  callBackRequests,
  unsentAttempts,
  agents,
  queue,
  oneIndexOfReferences,
  erasures,
  apiKeys,
  noIndexOfOpenCalls,
  keyRotation,
  deadDeliveries,
];
