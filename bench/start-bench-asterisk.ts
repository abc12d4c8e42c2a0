import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../asterisk/free-port.ts';
import { requireLoopbackTrunks } from '../asterisk/require-loopback-trunks.ts';
import { startAsterisk, type RunningAsterisk } from '../asterisk/start-asterisk.ts';
import { startHandsets } from './start-handsets.ts';

/** An Asterisk as the gateway drives it, with phones of SIPp's behind its first carrier. */
export interface BenchAsterisk {
  asterisk: RunningAsterisk;
  ari: AskAri;
  stop: () => Promise<void>;
}

/** One request to ARI over HTTP; throws on any status but 2xx. */
export type AskAri = (method: string, path: string, body?: object) => Promise<unknown>;

/** The Stasis application of the gateway, and of `ari-client`. */
export const ariApp = 'ivrs';
const address = '127.0.0.1';
const carriers = { CARRIER_A_ADDRESS: '127.0.0.2', CARRIER_B_ADDRESS: '127.0.0.3' };

/** @param pressAfterMs how long after its answer a phone presses its key */
export async function startBenchAsterisk({ pressAfterMs }: { pressAfterMs: number }): Promise<BenchAsterisk> {
  await using opening = new AsyncDisposableStack();
  const handsets = await startHandsets({ address: carriers.CARRIER_A_ADDRESS, pressAfterMs });
  opening.defer(() => handsets.stop());
  const port = await freePort('udp', [address]);
  const asterisk = await startAsterisk({
    kind: 'gateway',
    sip: { addresses: [address], port },
    values: { ...carriers, SIP_ADDRESS: address, CARRIER_PORT: String(handsets.port), ARI_APP: ariApp },
  });
  opening.defer(() => asterisk.stop());
  await requireLoopbackTrunks(asterisk, [{ name: 'carrier-a', endpoint: 'PJSIP/{number}@carrier-a' }]);
  const ari = askOver(asterisk);
  await configureForLoad(asterisk, ari);
  const running = opening.move();
  return { asterisk, ari, stop: () => running.disposeAsync() };
}

/** What only the benchmark wants; Asterisk reads it again, since it was started without. */
async function configureForLoad({ directory }: RunningAsterisk, ari: AskAri): Promise<void> {
  const floor = await readFile(join(import.meta.dirname, 'floor.conf'), 'utf8');
  await appendFile(join(directory, 'etc/extensions.conf'), floor);
  // SIPp sends the sound of all its phones from one port, which strict RTP would take for an attack.
  await appendFile(join(directory, 'etc/rtp.conf'), 'strictrtp = no\n');
  await ari('PUT', 'asterisk/modules/pbx_config.so');
  await ari('PUT', 'asterisk/modules/res_rtp_asterisk.so');
}

function askOver({ ariUrl, ariUser, ariPassword }: RunningAsterisk): AskAri {
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  return async (method, path, body) => {
    const reply = await fetch(`${ariUrl}/ari/${path}`, {
      method,
      headers: { authorization, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(10_000),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`ARI answered ${reply.status} to ${method} ${path}: ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  };
}
