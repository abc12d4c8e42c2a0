import { expect, vi } from 'vitest';
import type { Lab } from '../../asterisk/start-lab.ts';
import { createAsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { AsteriskTelephony } from '../../src/telephony/asterisk/asterisk-telephony.ts';
import type { TelephonyEvent } from '../../src/telephony/telephony.ts';
import { callTheGateway } from './call-the-gateway.ts';
import { countingClock } from './counting-clock.ts';
import { labTelephonyOptions, newLegId, testSounds } from './lab.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TelephonyUnderTest } from './telephony-stage.ts';

/** The real Asterisk of a lab for the contract suite, over a proxy that can cut the connection. */
export async function asteriskUnderTest(lab: Lab): Promise<TelephonyUnderTest> {
  const network = await startTcpProxy(Number(new URL(lab.gateway.ariUrl).port));
  const clock = countingClock();
  const url = `http://127.0.0.1:${network.port}`;
  const telephony = createAsteriskTelephony({ ...labTelephonyOptions(lab), url, clock });
  const looks = new Set<() => void>();
  const waitUntil = (condition: () => boolean, what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => settle(() => reject(new Error(`waited a minute for ${what}`))), 60_000);
      const look = (): void => {
        if (condition()) settle(resolve);
      };
      const settle = (how: () => void): void => {
        clearTimeout(limit);
        looks.delete(look);
        how();
      };
      looks.add(look);
      look();
    });

  return {
    telephony: overheard(telephony, () => [...looks].forEach((look) => look())),
    newLeg: newLegId,
    endpointOf: (nationalNumber) => `PJSIP/+91${nationalNumber}@carrier-a`,
    async callUs(call) {
      await callTheGateway(lab.network, call);
    },
    sound: { path: testSounds.long, durationMs: 1_200 },
    waitUntil,
    async loseAndFindConnection() {
      network.cut();
      await waitUntil(() => telephony.problem() !== null, 'the loss of the connection');
      await waitUntil(() => telephony.problem() === null, 'the connection');
    },
    invitesOf: null,
    async close() {
      if (telephony.problem() === null) {
        for (const { leg } of await telephony.legs()) await telephony.hangUp(leg);
        for (const { leg } of await telephony.offered()) await telephony.refuse(leg);
        // also where no test is running any more
        await vi.waitFor(async () => expect(await telephony.legs()).toEqual([]), { timeout: 30_000 });
      }
      await telephony.stop();
      await network.close();
      expect(clock.timersSet()).toBe(0);
    },
  };
}

/** The same telephony, with a word to us after each event that its listener was told. */
function overheard(telephony: AsteriskTelephony, told: () => void): AsteriskTelephony {
  return {
    ...telephony,
    onEvent: (listener: (event: TelephonyEvent) => void) =>
      telephony.onEvent((event) => {
        listener(event);
        told();
      }),
  };
}
