import type { MissedCallFilter, ReadMissedCall } from '../db/missed-calls.ts';
import type { OptInFilter, ReadOptIn } from '../db/opt-in-store.ts';
import type { OptOutFilter, ReadOptOut } from '../db/opt-out-store.ts';
import type { OptOutId } from '../domain/ids.ts';
import type { Fault } from '../domain/fault.ts';

/** HTTP shows these, and may not know the database. */
export type { ReadMissedCall, ReadOptIn, ReadOptOut };

/** A row of an upload: what it asks for, or what is wrong with it. Lines count from 1. */
export type SubscriptionRow =
  | { line: number; to: string; scopeOrList: string; at: number | null; member: string | null }
  | { line: number; faults: Fault[] };

export interface ImportedSubscriptions {
  accepted: number;
  alreadyThere: number;
  rejected: number;
  /** The first of them. */
  errors: { line: number; pointer: string; detail: string }[];
}

export type OptOutResult =
  { result: 'recorded' | 'already_there'; optOut: ReadOptOut } | { result: 'invalid'; faults: Fault[] };

/** What can be asked of who called, and of who said yes or no to being called. */
export interface SubscriptionUseCases {
  listMissedCalls(filter: MissedCallFilter): Promise<ReadMissedCall[]>;
  listOptIns(filter: OptInFilter): Promise<ReadOptIn[]>;
  listOptOuts(filter: OptOutFilter): Promise<ReadOptOut[]>;
  optOut(request: { to: string; scope: string }): Promise<OptOutResult>;
  /** @param request.by who asks, which is kept */
  deleteOptOut(request: { id: OptOutId; by: string }): Promise<'deleted' | 'not_found'>;
  importOptOuts(rows: AsyncIterable<SubscriptionRow>): Promise<ImportedSubscriptions>;
  importOptIns(rows: AsyncIterable<SubscriptionRow>): Promise<ImportedSubscriptions>;
}
