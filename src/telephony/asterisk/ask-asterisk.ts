import { TelephonyUnavailable } from '../telephony.ts';
import { AriError } from './ari-error.ts';
import type { AriReply, AriRequest, SendAriRequest } from './ari-request.ts';

/** Requests whose failure is told as the rest of the program knows it. */
export interface AskAsterisk {
  /** @throws TelephonyUnavailable when Asterisk could not be asked */
  ask: (request: AriRequest) => Promise<AriReply>;
  /** Of what is to be done with a channel: whether it was, or the channel is gone. */
  doneOrGone: (request: AriRequest) => Promise<'done' | 'gone'>;
}

export function createAskAsterisk(send: SendAriRequest): AskAsterisk {
  const ask = (request: AriRequest): Promise<AriReply> =>
    toldAsUnavailable('Asterisk could not be asked', () => send(request));
  return {
    ask,
    async doneOrGone(request) {
      const { status } = await ask(request);
      return status === 204 ? 'done' : 'gone';
    },
  };
}

/** @param what could not be done, as the beginning of a sentence */
export async function toldAsUnavailable<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    throw new TelephonyUnavailable(`${what}: ${error.message}`, { cause: error });
  }
}
