import type { PersonHash } from '../calls/call.ts';
import type { FlowReference } from '../flows/flow-definition.ts';
import type { CallId, MissedCallId, OptInId } from '../ids.ts';

/** Somebody said yes to being on a list: when, and how it can be proven. */
export interface OptIn {
  readonly id: OptInId;
  readonly person: PersonHash;
  /** Who of a shared phone it was, by the orchestrator's id; null where that is not known. */
  readonly member: string | null;
  readonly list: string;
  readonly at: number;
  readonly proof: OptInProof;
}

export type OptInProof =
  | { readonly source: 'missed_call'; readonly missedCall: MissedCallId; readonly line: string }
  /** The key that was pressed in a call, in which step, and the words that it was asked in: a version of a flow in a language. */
  | {
      readonly source: 'call';
      readonly call: CallId;
      readonly step: string;
      readonly key: string;
      readonly flow: FlowReference;
      readonly language: string;
    }
  /** Somebody else keeps the proof. */
  | { readonly source: 'import' };

export const optInSources = ['missed_call', 'call', 'import'] as const;

/** The `confirmed_by` of its event: what tells that it was meant. */
export function confirmationOf(proof: OptInProof): 'missed_call' | 'key' | 'import' {
  return proof.source === 'call' ? 'key' : proof.source;
}
