import { createHash } from 'node:crypto';
import { derivedId } from '../../domain/ids.ts';
import type { LegId } from '../telephony.ts';

/**
 * Channels of those who call us. Asterisk chose their ids, so that the ids of their legs follow from those: every process that sees the
 * channel, and whoever reads of it what Asterisk wrote down, comes to the same.
 */
export interface IncomingChannels {
  /** Null where it is not known as one of somebody who calls. */
  legOf(channelId: string): LegId | null;
  /** A leg that we dialled is a channel of the same name. */
  channelOf(leg: LegId): string;
  add(channelId: string): LegId;
  remove(leg: LegId): void;
}

export function createIncomingChannels(): IncomingChannels {
  const legs = new Map<string, LegId>();
  const channels = new Map<LegId, string>();
  return {
    legOf: (channelId) => legs.get(channelId) ?? null,
    channelOf: (leg) => channels.get(leg) ?? leg,
    add(channelId) {
      const leg = legIdOfChannel(channelId);
      legs.set(channelId, leg);
      channels.set(leg, channelId);
      return leg;
    },
    remove(leg) {
      const channelId = channels.get(leg);
      channels.delete(leg);
      if (channelId !== undefined) legs.delete(channelId);
    },
  };
}

/** Asterisk's unique ids are `system name-seconds since 1970.count`; the name keeps those of several Asterisks apart. */
const uniqueId = /(\d{10})\.\d+$/;

export function legIdOfChannel(channelId: string): LegId {
  const seconds = Number(uniqueId.exec(channelId)?.[1] ?? 0);
  const digest = createHash('sha256').update(`incoming ${channelId}`).digest();
  return derivedId('att', { at: seconds * 1000, digest });
}
