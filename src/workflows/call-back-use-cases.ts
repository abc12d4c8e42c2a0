import type { CallBackRequestFilter, ReadCallBackRequest } from '../db/call-back-request-store.ts';
import type { CallBackRequestId, CampaignId } from '../domain/ids.ts';

/** HTTP shows these, and may not know the database. */
export type { ReadCallBackRequest };

/** Who does something with a request: the agent whom the call centre names, and the owner of the API key, which is kept as well. */
export interface CallCentreAgent {
  agent: string;
  by: string;
}

/** What an agent does with one of them. */
export type OfRequest = CallCentreAgent & { id: CallBackRequestId };

export type ChangedCallBack =
  | { result: 'changed'; read: ReadCallBackRequest }
  | { result: 'not_found' }
  /** `detail` is a sentence that says who has it, or that it is done. */
  | { result: 'conflict'; detail: string };

/** What the call centre asks for. */
export interface CallBackUseCases {
  /** Null where there is no such campaign. */
  listCallBackRequests(filter: Omit<CallBackRequestFilter, 'now'>): Promise<ReadCallBackRequest[] | null>;
  /** Those that anybody may claim; counted up to some thousands. */
  countOpenCallBackRequests(): Promise<number>;
  readCallBackRequest(id: CallBackRequestId): Promise<ReadCallBackRequest | null>;
  claimCallBackRequest(claim: OfRequest & { forMs: number }): Promise<ChangedCallBack>;
  /** That which waits longest. */
  claimNextCallBackRequest(
    claim: CallCentreAgent & { forMs: number; campaignId: CampaignId | null },
  ): Promise<ReadCallBackRequest | 'none_open' | 'no_campaign'>;
  noteCallBackRequest(note: OfRequest & { text: string }): Promise<ChangedCallBack>;
  releaseCallBackRequest(request: OfRequest): Promise<ChangedCallBack>;
  finishCallBackRequest(done: OfRequest & { text: string | null }): Promise<ChangedCallBack>;
}
