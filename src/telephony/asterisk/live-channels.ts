import { z } from 'zod';
import type { AttemptId } from '../../domain/ids.ts';
import { isId } from '../../domain/ids.ts';
import type { ListedState } from './advance-leg.ts';
import { incomingChannelOf, incomingWord, type IncomingChannel } from './ari-message.ts';
import { AriError } from './ari-error.ts';
import type { AriReply, SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import type { IncomingChannels } from './incoming-channels.ts';

const channelList = z.array(
  z.looseObject({
    id: z.string(),
    state: z.string(),
    dialplan: z.looseObject({ app_data: z.string().default('') }).optional(),
  }),
);
const application = z.object({ channel_ids: z.array(z.string()) });

/** What Asterisk has now: our legs, and whoever calls and was neither answered nor refused. */
export interface LiveChannels {
  live: Map<AttemptId, ListedState>;
  offered: Map<AttemptId, IncomingChannel>;
}

/**
 * All channels of ours that Asterisk has now: those that we dialled by the form of their ids, those of people who call by what the dialplan
 * handed to us with them. A channel that is up but not in our application waits in the dialplan to be handed to us.
 */
export async function listLiveChannels(
  send: SendAriRequest,
  app: string,
  incoming: IncomingChannels,
): Promise<LiveChannels> {
  const [channels, held] = await Promise.all([
    send(ariRequests.listChannels()),
    send(ariRequests.application(app)),
  ]);
  const heldIds = new Set(read(application, held).channel_ids);
  const found: LiveChannels = { live: new Map(), offered: new Map() };
  for (const channel of read(channelList, channels)) {
    const { id, state } = channel;
    if (isId('att', id)) found.live.set(id, listedState(state, heldIds.has(id)));
    else if (heldIds.has(id)) addIncoming(found, channel, incoming);
  }
  return found;
}

function addIncoming(
  found: LiveChannels,
  channel: z.infer<typeof channelList>[number],
  incoming: IncomingChannels,
): void {
  const [, word, presentation = ''] = channel.dialplan?.app_data.split(',') ?? [];
  const call = word === incomingWord ? incomingChannelOf(channel, presentation) : null;
  if (call === null) return;
  const leg = incoming.add(channel.id);
  if (channel.state === 'Up') found.live.set(leg, 'answered');
  else found.offered.set(leg, call);
}

function listedState(state: string, held: boolean): ListedState {
  if (state === 'Up') return held ? 'answered' : 'picked_up';
  return state === 'Ringing' || state === 'Ring' ? 'ringing' : 'dialing';
}

function read<T>(schema: z.ZodType<T>, { status, body }: AriReply): T {
  const parsed = schema.safeParse(body);
  if (status !== 200 || !parsed.success)
    throw new AriError(
      'refused',
      `Asterisk gave no usable list of channels (status ${status})`,
      parsed.error,
    );
  return parsed.data;
}
