import type { PersonHash } from '../calls/call.ts';
import type { CallId, MissedCallId, OptOutId } from '../ids.ts';

/** Somebody said no: to everything, to a campaign, or to a list. */
export interface OptOut {
  readonly id: OptOutId;
  readonly person: PersonHash;
  /** `all`, `campaign:cmp_…` or `list:<name>`. */
  readonly scope: string;
  readonly source: OptOutSource;
  readonly at: number;
  readonly callId: CallId | null;
  readonly missedCallId: MissedCallId | null;
  readonly line: string | null;
}

export const optOutSources = ['key', 'api', 'missed_call', 'import'] as const;
/** How it came: a key in a call, this API, a missed call to a line for it, or a file. */
export type OptOutSource = (typeof optOutSources)[number];

const scopeForm = /^(all|campaign:cmp_[0-9a-hjkmnp-tv-z]{26}|list:\P{Cc}{1,100})$/u;

export function isOptOutScope(text: string): boolean {
  return scopeForm.test(text) && text.isWellFormed();
}

/** What an opt-out by a line opts out of. */
export function scopeOfLine({ list }: { list: string | null }): string {
  return list === null ? 'all' : `list:${list}`;
}
