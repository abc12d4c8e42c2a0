import type { DialRequest, LegId } from '../../src/telephony/telephony.ts';

const strayForm = /^att_0{10}/;

/** A dial in our name that nobody has on record, of a phone that answers and waits to be spoken to. Ids of attempts begin with their instant. */
export function strayDial(at: number): DialRequest {
  const leg = `att_${String(at).padStart(26, '0')}` as LegId;
  const limits = {
    setupTimeoutMs: 20_000,
    ringTimeoutMs: 30_000,
    absoluteTimeoutMs: 3_600_000,
    detectTalk: false,
  };
  return { leg, endpoint: 'PJSIP/+919000001111@simulator', callerId: null, ...limits };
}

export function isStray(leg: LegId): boolean {
  return strayForm.test(leg);
}
