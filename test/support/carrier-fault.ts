import type { RunningAsterisk } from '../../asterisk/start-asterisk.ts';

/** 503, 403, or nothing after 100 Trying; null: the carrier works. */
export type CarrierFault = '34' | '22' | '38' | null;

/** From now on a carrier of the handset network meets all calls that come to its address in this way. */
export async function setCarrierFault(
  { ariUrl, ariUser, ariPassword }: RunningAsterisk,
  carrier: 'A' | 'B',
  fault: CarrierFault,
): Promise<void> {
  const query = new URLSearchParams({ variable: `CARRIER_FAULT_${carrier}`, value: fault ?? '' });
  const reply = await fetch(`${ariUrl}/ari/asterisk/variable?${query.toString()}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}` },
  });
  if (!reply.ok) throw new Error(`the carrier cannot be made to fail: ${await reply.text()}`);
}
