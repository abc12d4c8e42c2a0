import { z } from 'zod';
import type { AttemptId } from '../../domain/ids.ts';
import { isId } from '../../domain/ids.ts';
import type { ListedState } from './advance-leg.ts';
import { AriError } from './ari-error.ts';
import type { AriReply, SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';

const channelList = z.array(z.object({ id: z.string(), state: z.string() }));
const application = z.object({ channel_ids: z.array(z.string()) });

/**
 * All channels of ours that Asterisk has now, by the form of their ids. A channel that is up but not in our application
 * waits in the dialplan to be handed to us.
 */
export async function listLiveChannels(
  send: SendAriRequest,
  app: string,
): Promise<Map<AttemptId, ListedState>> {
  const [channels, held] = await Promise.all([
    send(ariRequests.listChannels()),
    send(ariRequests.application(app)),
  ]);
  const heldIds = new Set(read(application, held).channel_ids);
  const live = new Map<AttemptId, ListedState>();
  for (const { id, state } of read(channelList, channels))
    if (isId('att', id)) live.set(id, listedState(state, heldIds.has(id)));
  return live;
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
