import type { TelephonyProblem } from '../telephony.ts';
import { AriError } from './ari-error.ts';

interface Words {
  url: string;
  user: string;
  app: string;
  writtenAt: WrittenAt;
}

/** Where the operator finds what the words above come from. */
export interface WrittenAt {
  address: string;
  access: string;
}

/** Why no call can be placed, as sentences for the person who runs Asterisk. */
export const problems = {
  stopped: (): TelephonyProblem => ({
    code: 'stopped',
    detail: 'The connection to Asterisk is not started.',
  }),
  connecting: ({ url }: Words): TelephonyProblem => ({
    code: 'connecting',
    detail: `Connecting to Asterisk at ${url}.`,
  }),
  unreachable: ({ url, writtenAt }: Words, reason: string): TelephonyProblem => ({
    code: 'unreachable',
    detail: `Asterisk's ARI at ${url} cannot be reached (${reason}). Check that Asterisk is running, that http.conf has it enabled on this address, and ${writtenAt.address}.`,
  }),
  unauthorised: ({ url, user, writtenAt }: Words): TelephonyProblem => ({
    code: 'unauthorised',
    detail: `Asterisk at ${url} refuses the user «${user}». Compare ${writtenAt.access} with ari.conf.`,
  }),
  ariMissing: ({ url }: Words): TelephonyProblem => ({
    code: 'module_missing',
    detail: `There is an HTTP server at ${url}, but no ARI. Enable it in ari.conf, and load res_ari.so and its companions in modules.conf.`,
  }),
  tooOld: ({ url }: Words): TelephonyProblem => ({
    code: 'unreachable',
    detail: `Asterisk at ${url} does not answer requests over its WebSocket. It must be Asterisk 22.4 or later, and not overloaded.`,
  }),
  moduleMissing: (modules: readonly string[]): TelephonyProblem => ({
    code: 'module_missing',
    detail: `Asterisk runs without ${modules.join(', ')}. Load them: use autoload=yes with a noload list in modules.conf, and look into Asterisk's log for why one declined.`,
  }),
  lostLeadership: ({ url, app }: Words): TelephonyProblem => ({
    code: 'lost_leadership',
    detail: `Another gateway connected to Asterisk at ${url} as «${app}» and drives it now. Only one may: end the other, or give it an Asterisk of its own.`,
  }),
  soundsUnproven: (path: string, reason: string): TelephonyProblem => ({
    code: 'sounds_unreadable',
    detail: `It could not be proven that Asterisk can play the sound ${path} (${reason}); nothing is dialled before; it is tried again every few seconds. Check that the dialplan has the context of asterisk/gateway/extensions.conf.`,
  }),
  soundsUnreadable: (path: string, dataDirWrittenAt: string): TelephonyProblem => ({
    code: 'sounds_unreadable',
    detail: `Asterisk cannot play the sound ${path}. ${dataDirWrittenAt} must be the gateway's data directory as Asterisk sees it, and Asterisk's user must be allowed to read it.`,
  }),
};

export function problemOf(words: Words, error: unknown): TelephonyProblem {
  if (!(error instanceof AriError)) throw error;
  switch (error.code) {
    case 'unauthorised':
      return problems.unauthorised(words);
    case 'ari_missing':
      return problems.ariMissing(words);
    case 'timed_out':
      return problems.tooOld(words);
    case 'unreachable':
    case 'not_connected':
    case 'connection_lost':
    case 'refused':
      return problems.unreachable(words, error.message);
  }
}
