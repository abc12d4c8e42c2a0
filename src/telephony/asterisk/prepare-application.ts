import { z } from 'zod';
import type { TelephonyProblem } from '../telephony.ts';
import { AriError } from './ari-error.ts';
import { problems } from './ari-problem.ts';
import type { AriReply, SendAriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';

/** Without any of these a call fails, and ARI says only «Allocation failed» or nothing. */
const neededModules = [
  'chan_pjsip.so',
  'res_rtp_asterisk.so',
  'res_stasis.so',
  'res_stasis_playback.so',
  'res_stasis_recording.so',
  'res_stasis_snoop.so',
  'res_ari_applications.so',
  'res_ari_bridges.so',
  'res_ari_channels.so',
  'res_ari_playbacks.so',
  'res_ari_recordings.so',
  'format_pcm.so',
  'format_wav.so',
];

/**
 * Events that would come several times a call and that nobody here reads. Only what is disallowed may be named: a list of
 * allowed events also filters the replies to our requests.
 */
const unreadEvents = [
  'ChannelCallerId',
  'ChannelConnectedLine',
  'ChannelCreated',
  'ChannelDialplan',
  'ChannelHangupRequest',
  'ChannelStateChange',
  'ChannelVarset',
  'EndpointStateChange',
];

/**
 * Makes our Stasis application fit for calls after each connection: modules there, events filtered, and all PJSIP channels told of,
 * since a phone that never answers never enters the application. (One technology, not «subscribeAll», which can deadlock.)
 */
export async function prepareApplication(
  send: SendAriRequest,
  app: string,
): Promise<TelephonyProblem | null> {
  const running = await Promise.all(
    neededModules.map(async (name) => isRunning(await send(ariRequests.module(name)))),
  );
  const missing = neededModules.filter((_, index) => running[index] === false);
  if (missing.length > 0) return problems.moduleMissing(missing);
  expectOk('set the event filter', await send(ariRequests.filterEvents(app, unreadEvents)));
  expectOk('subscribe to PJSIP', await send(ariRequests.subscribe(app, 'endpoint:PJSIP')));
  return null;
}

const moduleReply = z.object({ status: z.string() });

/** A module that declined to load is listed, but not running. */
function isRunning({ status, body }: AriReply): boolean {
  const parsed = moduleReply.safeParse(body);
  return status === 200 && parsed.success && parsed.data.status === 'Running';
}

function expectOk(what: string, { status }: AriReply): void {
  if (status < 200 || status > 299)
    throw new AriError('refused', `Asterisk refused to ${what}: status ${status}`);
}
