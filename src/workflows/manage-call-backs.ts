import type { CallBackRequestStore, ReadCallBackRequest } from '../db/call-back-request-store.ts';
import type { CampaignStore } from '../db/campaign-store.ts';
import { renderCallBackDone, type CallBackRequestEntry } from '../domain/call-centre/call-back-request.ts';
import type { CallBackRequestId, CampaignId, IdSource } from '../domain/ids.ts';
import { maskNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { unreachable } from '../lib/assert.ts';
import type { Clock } from '../lib/clock.ts';
import type { CallBackUseCases, CallCentreAgent, ChangedCallBack } from './call-back-use-cases.ts';

export interface CallBackDependencies {
  callBackRequests: CallBackRequestStore;
  campaigns: Pick<CampaignStore, 'get'>;
  clock: Clock;
  ids: IdSource;
}

export function createCallBackUseCases(deps: CallBackDependencies): CallBackUseCases {
  const { callBackRequests: store, clock } = deps;
  const entryOf = (
    what: CallBackRequestEntry['what'],
    { agent, by }: CallCentreAgent,
    text: string | null = null,
  ): CallBackRequestEntry => ({ at: clock.now(), what, agent, by, text });
  /** Asked only where nothing was found. */
  const isUnknown = async (id: CampaignId | null | undefined): Promise<boolean> =>
    id != null && (await deps.campaigns.get(id)) === null;
  const changed = async (
    id: CallBackRequestId,
    change: Promise<ReadCallBackRequest | null>,
  ): Promise<ChangedCallBack> => {
    const read = await change;
    return read === null ? whyNot(deps, id) : { result: 'changed', read };
  };
  return {
    async listCallBackRequests(filter) {
      const found = await store.list({ ...filter, now: clock.now() });
      return found.length === 0 && (await isUnknown(filter.campaignId)) ? null : found;
    },
    countOpenCallBackRequests: () => store.countOpen(clock.now()),
    readCallBackRequest: (id) => store.get(id, clock.now()),
    claimCallBackRequest({ id, forMs, ...agent }) {
      const entry = entryOf('claimed', agent);
      return changed(id, store.claim(id, { entry, until: entry.at + forMs }));
    },
    async claimNextCallBackRequest({ forMs, campaignId, ...agent }) {
      const entry = entryOf('claimed', agent);
      const claimed = await store.claimNext({ entry, until: entry.at + forMs, campaignId });
      return claimed ?? ((await isUnknown(campaignId)) ? 'no_campaign' : 'none_open');
    },
    noteCallBackRequest: ({ id, text, ...agent }) =>
      changed(id, store.note(id, entryOf('noted', agent, text))),
    releaseCallBackRequest: ({ id, ...agent }) => changed(id, store.release(id, entryOf('released', agent))),
    finishCallBackRequest: ({ id, text, ...agent }) =>
      finish(deps, { id, entry: entryOf('done', agent, text) }),
  };
}

/** Said twice by the same agent, it is done once. */
async function finish(
  deps: CallBackDependencies,
  { id, entry }: { id: CallBackRequestId; entry: CallBackRequestEntry },
): Promise<ChangedCallBack> {
  const found = await deps.callBackRequests.get(id, entry.at);
  if (found === null) return { result: 'not_found' };
  const { request, number } = found;
  if (request.state.state === 'done' && request.state.agent === entry.agent)
    return { result: 'changed', read: found };
  const from = number === null ? null : maskNumber(number as PhoneNumber);
  const { agent, text: result, at } = entry;
  const event = renderCallBackDone({ request, agent, result, from }, { id: deps.ids.newId('evt'), at });
  const read = await deps.callBackRequests.finish(id, entry, event);
  return read === null ? whyNot(deps, id) : { result: 'changed', read };
}

async function whyNot(
  { callBackRequests, clock }: CallBackDependencies,
  id: CallBackRequestId,
): Promise<ChangedCallBack> {
  const found = await callBackRequests.get(id, clock.now());
  if (found === null) return { result: 'not_found' };
  const { state } = found.request;
  switch (state.state) {
    case 'open':
      return { result: 'conflict', detail: 'Nobody has this request: claim it first.' };
    case 'claimed': {
      const until = new Date(state.until).toISOString();
      return { result: 'conflict', detail: `«${state.agent}» has this request until ${until}.` };
    }
    case 'done':
      return { result: 'conflict', detail: `«${state.agent}» was done with this request.` };
    default:
      return unreachable(state);
  }
}
