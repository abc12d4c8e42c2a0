import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { RunningAsterisk } from '../../asterisk/start-asterisk.ts';

/** One INVITE that began a SIP call, as the phone network saw it; several of one number may be live at a time. */
export interface SeenInvite {
  /** Without country code, e.g. `9000001239`. */
  nationalNumber: string;
  /** The caller id that was shown, which tells trunks apart that have each their own. */
  from: string;
  /** When it came, by the network's clock; milliseconds since 1970. */
  at: number;
  live: boolean;
  /** When it was over, by the same clock; Infinity while it is live. */
  until: number;
}

/** The phone network as a second witness of what the gateway dialled: it cannot be wrong about what reached it. */
export interface InviteWitness {
  all: readonly SeenInvite[];
  /** How many INVITEs came for this number, in any of its forms. */
  count(number: string): number;
  /** The most that were live at any one moment. */
  mostAtOnce(number: string): number;
  close(): Promise<void>;
}

interface ChannelEvent {
  type: string;
  timestamp: string;
  channel?: { id: string; creationtime: string; caller: { number: string }; dialplan: { exten: string } };
}

/** Listens to the network's own ARI: each INVITE makes one channel of the endpoint from which the gateway calls. */
export async function watchInvites(network: RunningAsterisk): Promise<InviteWitness> {
  const { ariUrl, ariUser, ariPassword } = network;
  const auth = `${encodeURIComponent(ariUser)}:${encodeURIComponent(ariPassword)}`;
  const socket = new WebSocket(`${ariUrl.replace(/^http/, 'ws')}/ari/events?app=witness&api_key=${auth}`);
  await once(socket, 'open');
  const reply = await fetch(
    `${ariUrl}/ari/applications/witness/subscription?eventSource=endpoint:PJSIP/gateway-a`,
    {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}` },
    },
  );
  if (!reply.ok) throw new Error(`the network's INVITEs cannot be watched: ${await reply.text()}`);

  const seen = new Map<string, SeenInvite>();
  const most = new Map<string, number>();
  socket.on('message', (data: Buffer) => {
    const { type, timestamp, channel } = JSON.parse(data.toString()) as ChannelEvent;
    if (channel === undefined) return;
    if (type === 'ChannelCreated') begin(channel);
    const invite = seen.get(channel.id);
    if (type === 'ChannelDestroyed' && invite)
      Object.assign(invite, { live: false, until: Date.parse(timestamp) });
  });

  function begin({ id, creationtime, caller, dialplan }: NonNullable<ChannelEvent['channel']>): void {
    const nationalNumber = nationalNumberOf(dialplan.exten);
    const at = Date.parse(creationtime);
    seen.set(id, { nationalNumber, from: caller.number, at, live: true, until: Infinity });
    const live = of(nationalNumber).filter((invite) => invite.live).length;
    most.set(nationalNumber, Math.max(live, most.get(nationalNumber) ?? 0));
  }

  function of(number: string): SeenInvite[] {
    return [...seen.values()].filter((invite) => invite.nationalNumber === nationalNumberOf(number));
  }

  return {
    get all() {
      return [...seen.values()];
    },
    count: (number) => of(number).length,
    mostAtOnce: (number) => most.get(nationalNumberOf(number)) ?? 0,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function nationalNumberOf(number: string): string {
  return number.slice(-10);
}

/** Two Asterisks on a busy machine may hold one INVITE up for so long, the very first above all, and the next one not. */
const heldUpMs = 150;

/**
 * The most INVITEs in any sliding second, as far as the network can tell: by so much closer than they left may they have come. At the pace of a trunk the
 * first and the last of one too many are at least one millisecond more than a second apart (`src/domain/calls/pace.ts`), so the network alone would
 * take what it held up itself for a pace that was not kept.
 */
export function mostInASecond(invites: readonly Pick<SeenInvite, 'at'>[]): number {
  const inSecondFrom = (from: number): number =>
    invites.filter(({ at }) => at >= from && at < from + 1_000 - heldUpMs).length;
  return Math.max(0, ...invites.map(({ at }) => inSecondFrom(at)));
}

/** How long it took from the first to the last. */
export function spanOf(invites: readonly Pick<SeenInvite, 'at'>[]): number {
  const instants = invites.map(({ at }) => at);
  return Math.max(...instants) - Math.min(...instants);
}
