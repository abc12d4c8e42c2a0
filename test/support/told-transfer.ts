import { expect } from 'vitest';
import type { RunningGateway } from './running-gateway.ts';

/** What `transfer.ended` tells of a transfer. */
export interface ToldTransfer {
  id: string | null;
  trunk: string | null;
  result: string;
  reason: string | null;
  to: string | null;
  phones_called: number | null;
  waited_seconds: number;
  talked_seconds: number;
}

/** The one transfer whose end the webhooks told of this call. */
export function toldTransfer({ events }: Pick<RunningGateway, 'events'>, id: string): ToldTransfer {
  const told = events(id).filter(({ type }) => type === 'transfer.ended');
  expect(told).toHaveLength(1);
  return told[0]?.event?.data['transfer'] as ToldTransfer;
}

/** The same from the feed, which has it at once also where the gateway died and its webhooks wait for their lease to end. */
export async function transferInFeed(
  { api }: Pick<RunningGateway, 'api'>,
  id: string,
): Promise<ToldTransfer> {
  const { body } = await api.ask<{
    data: { type: string; data: { call: { id: string }; transfer: ToldTransfer } }[];
  }>('GET', '/v1/events?limit=200');
  const ended = body.data.filter(({ type, data }) => type === 'transfer.ended' && data.call.id === id);
  expect(ended).toHaveLength(1);
  return ended[0]?.data.transfer as ToldTransfer;
}
