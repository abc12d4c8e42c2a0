import { z } from 'zod';
import type { JoinedLegs, LegId } from '../telephony.ts';
import { TelephonyUnavailable } from '../telephony.ts';
import type { AriReply, SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';

/** Two people who hear each other are two channels in a bridge that is named after the person for whom the other one was called. */
export interface Bridges {
  join(legs: JoinedLegs): Promise<'done' | 'gone'>;
  part(person: LegId): Promise<void>;
}

export interface BridgesOptions {
  /** @throws TelephonyUnavailable */
  ask: SendAriRequest;
  /** Stops whatever is playing to a leg. */
  silence: (leg: LegId) => Promise<void>;
  channelOf: (leg: LegId) => string;
}

const bridge = z.object({ channels: z.array(z.string()) });

export function createBridges({ ask, silence, channelOf }: BridgesOptions): Bridges {
  async function join(legs: JoinedLegs): Promise<'done' | 'gone'> {
    const bridgeId = bridgeOf(legs.person);
    const channelIds = [channelOf(legs.person), channelOf(legs.other)];
    const inside = await channelsIn(bridgeId);
    if (channelIds.every((id) => inside?.includes(id))) return 'done';
    await Promise.all([silence(legs.person), silence(legs.other)]);
    expectOk('make a bridge', await ask(ariRequests.createBridge(bridgeId)));
    const { status } = await ask(ariRequests.addToBridge({ bridgeId, channelIds }));
    if (status < 300) return 'done';
    // one of them is gone, or going (400, 404, 409, 422): the other one is to be spoken to again
    await part(legs.person);
    return 'gone';
  }

  async function part(person: LegId): Promise<void> {
    const bridgeId = bridgeOf(person);
    const inside = await channelsIn(bridgeId);
    if (inside === null) return;
    // one after the other, waiting for each: what is played to a channel that is still leaving is lost
    for (const channelId of inside) await ask(ariRequests.removeFromBridge({ bridgeId, channelId }));
    await ask(ariRequests.removeBridge(bridgeId));
  }

  /** Null where there is no such bridge. */
  async function channelsIn(bridgeId: string): Promise<string[] | null> {
    const { status, body } = await ask(ariRequests.bridge(bridgeId));
    const parsed = bridge.safeParse(body);
    return status === 200 && parsed.success ? parsed.data.channels : null;
  }

  return { join, part };
}

/** Ids of legs have no hyphen. */
function bridgeOf(person: LegId): string {
  return `${person}-bridge`;
}

function expectOk(what: string, { status }: AriReply): void {
  if (status >= 300) throw new TelephonyUnavailable(`Asterisk refused to ${what}: status ${status}`);
}
