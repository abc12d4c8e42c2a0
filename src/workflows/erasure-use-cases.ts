import type { ErasureId } from '../domain/ids.ts';
import type { Fault } from '../domain/fault.ts';
import type { Erasure } from '../domain/privacy/erasure.ts';

export type RequestErasureResult =
  { result: 'requested'; erasure: Erasure } | { result: 'invalid'; faults: Fault[] };

/** What can be asked of forgetting people. */
export interface ErasureUseCases {
  /** Each request is an erasure of its own, also for somebody who is being erased. @param request.by who asks, which is kept */
  requestErasure(request: { to: string; by: string }): Promise<RequestErasureResult>;
  readErasure(id: ErasureId): Promise<Erasure | null>;
  /** Newest first, after the id that the page before ended with. */
  listErasures(page: { before: ErasureId | null; limit: number }): Promise<Erasure[]>;
}
