import { allows } from '../domain/api-keys/scope.ts';
import type { CallView } from '../domain/calls/call-view.ts';
import type { Principal, ReadCall } from './use-cases.ts';

/** The call as this asker may see it: the number in clear only with `numbers:read`. */
export function presentCall(call: ReadCall, principal: Principal): CallView {
  const { view, number } = call;
  if (number === null || !allows(principal.scopes, 'numbers:read')) return view;
  return view.direction === 'outgoing' ? { ...view, to: number } : { ...view, from: number };
}
