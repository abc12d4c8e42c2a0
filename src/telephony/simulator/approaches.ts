/** Something that the network tells of a phone on the way to it, `afterMs` after the signal before (the first: after the INVITE). */
export type Signal = { afterMs: number } & SignalKind;

type SignalKind =
  | { signal: 'ringing' }
  | { signal: 'progress' }
  | { signal: 'answer' }
  | { signal: 'failure'; sipCode: number | null; q850Cause: number };

/** How long a network takes to find a phone; on mobile networks it is seconds. */
const findingMs = 200;
const ringMs = 1000;
const announcementMs = 3000;

const ringing: Signal = { afterMs: findingMs, signal: 'ringing' };
const progress: Signal = { afterMs: findingMs, signal: 'progress' };
const answered: readonly Signal[] = [ringing, { afterMs: ringMs, signal: 'answer' }];

/** How each handset of the contract is reached. Codes and causes are as measured on Asterisk («How a call ended»). */
export const approaches: Readonly<Record<string, readonly Signal[]>> = {
  '00': answered,
  '01': answered,
  '02': answered,
  '03': answered,
  '04': answered,
  '10': answered,
  '17': [ringing, failure(ringMs, { sipCode: 486, q850Cause: 17 })],
  '19': [ringing],
  '20': [failure(findingMs, { sipCode: 480, q850Cause: 19 })],
  '21': [ringing, failure(ringMs, { sipCode: 603, q850Cause: 21 })],
  '22': [failure(findingMs, { sipCode: 403, q850Cause: 21 })],
  '23': [ringing, failure(ringMs, { sipCode: 480, q850Cause: 19 })],
  '24': [progress, failure(announcementMs, { sipCode: 404, q850Cause: 1 })],
  '25': [progress],
  '26': [progress, { afterMs: announcementMs, signal: 'answer' }],
  // The redirect is followed to a Local channel that the dialplan hangs up: no SIP code is left.
  '30': [failure(findingMs, { sipCode: null, q850Cause: 23 })],
  '31': [failure(findingMs, { sipCode: 404, q850Cause: 1 })],
  '34': [failure(findingMs, { sipCode: 503, q850Cause: 34 })],
  '38': [],
  '50': answered,
  '51': answered,
  '60': [ringing, { afterMs: 2000, signal: 'answer' }],
};

function failure(afterMs: number, codes: { sipCode: number | null; q850Cause: number }): Signal {
  return { afterMs, signal: 'failure', ...codes };
}
