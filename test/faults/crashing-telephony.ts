import { createAsteriskTelephony as create } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import { crashHere } from './crash-here.ts';

const points = {
  incoming: 'offered',
  ringing: 'ringing',
  answered: 'answered',
  key: 'key',
  hung_up: 'hung_up',
} as const;

/** Stands for `src/telephony/asterisk/asterisk-telephony.ts`, which it is but for the crashes. */
export function createAsteriskTelephony(...given: Parameters<typeof create>): AsteriskTelephony {
  const telephony = create(...given);
  return {
    ...telephony,
    async dial(request) {
      crashHere('dialling');
      const result = await telephony.dial(request);
      crashHere('dialled');
      return result;
    },
    async answer(leg, limits) {
      crashHere('answering');
      return telephony.answer(leg, limits);
    },
    async say(leg, prompt) {
      const result = await telephony.say(leg, prompt);
      // Silence follows what asks for a key.
      if (prompt.silenceMs > 0) crashHere('asking');
      return result;
    },
    onEvent: (listener) =>
      telephony.onEvent((event) => {
        if (event.type in points) crashHere(points[event.type as keyof typeof points]);
        listener(event);
      }),
  };
}
