import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { labTrunks, type LabTrunk } from './lab-trunks.ts';
import { requireLoopbackTrunks } from './require-loopback-trunks.ts';
import { AsteriskDidNotStart, startAsterisk, type RunningAsterisk } from './start-asterisk.ts';

/** Two Asterisks on this machine, wired together: the one that the gateway drives, and the phone network with its handsets. */
export interface Lab {
  gateway: RunningAsterisk;
  network: RunningAsterisk;
  /** What the gateway is to be started with. */
  environment: Record<string, string>;
  /** What handsets heard: `<national number>-<SIP Call-ID>.wav`, there as soon as it is complete. */
  heardDir: string;
  /** One more Asterisk for a gateway to drive, on the same network and with the same trunks. It ends with the lab. */
  another(): Promise<RunningAsterisk>;
  stop(): Promise<void>;
}

export interface LabOptions {
  /** Default: `trunks.json`. Two of them where a test wants one to fail over to. All must lead to this machine. */
  trunks?: readonly LabTrunk[];
  /** The Stasis application that the gateway will connect as. */
  ariApp?: string;
  keepDirectories?: boolean;
  /** How often the gateway's Asterisk asks the two carriers whether they are there. Default: never. */
  qualifySeconds?: number;
  /** Endpoints of the gateway's Asterisk beside those of `pjsip.conf`, built on its `carrier`. */
  pjsip?: string;
}

const GATEWAY_ADDRESS = '127.0.0.1';
const CARRIER_ADDRESSES = { a: '127.0.0.2', b: '127.0.0.3' };

/** Both are ready to be called through. Several labs may run at once. Throws an Error that says what is wrong. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  for (let tries = 1; ; tries++) {
    try {
      return await startLabOnFreePorts(options);
    } catch (error) {
      // A port that was free a moment ago may have been taken: draw others.
      if (!(error instanceof AsteriskDidNotStart) || tries === 3) throw error;
    }
  }
}

async function startLabOnFreePorts(options: LabOptions): Promise<Lab> {
  const ariApp = options.ariApp ?? 'ivrs';
  const { gateway, network, startAnother } = await startBoth(ariApp, options);
  const others: RunningAsterisk[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([gateway, network, ...others].map((asterisk) => asterisk.stop()));
  };
  const trunks = options.trunks ?? labTrunks();
  await requireLoopbackTrunks(gateway, trunks).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const trunksFile = join(gateway.directory, 'trunks.json');
  await writeFile(trunksFile, JSON.stringify({ trunks }, null, 2));
  return {
    gateway,
    network,
    environment: {
      IVRS_TELEPHONY: 'asterisk',
      IVRS_ARI_URL: gateway.ariUrl,
      IVRS_ARI_USER: gateway.ariUser,
      IVRS_ARI_PASSWORD: gateway.ariPassword,
      IVRS_ARI_APP: ariApp,
      IVRS_AMI_URL: gateway.amiUrl,
      IVRS_AMI_USER: gateway.ariUser,
      IVRS_AMI_PASSWORD: gateway.ariPassword,
      IVRS_DATA_DIR: gateway.dataDir,
      IVRS_ASTERISK_DATA_DIR: gateway.asteriskDataDir,
      IVRS_TRUNKS_FILE: trunksFile,
    },
    heardDir: join(network.directory, 'heard'),
    async another() {
      const other = await startAnother();
      others.push(other);
      await requireLoopbackTrunks(other, trunks);
      return other;
    },
    stop,
  };
}

/** Each has to know the other's port before it starts. */
async function startBoth(
  ariApp: string,
  { keepDirectories: keepDirectory = false, qualifySeconds = 0, pjsip = '' }: LabOptions,
): Promise<{
  gateway: RunningAsterisk;
  network: RunningAsterisk;
  startAnother: () => Promise<RunningAsterisk>;
}> {
  const carrierAddresses = Object.values(CARRIER_ADDRESSES);
  const gatewayPort = await freePort('udp', [GATEWAY_ADDRESS]);
  const networkPort = await freePort('udp', carrierAddresses);
  const carriers = { CARRIER_A_ADDRESS: CARRIER_ADDRESSES.a, CARRIER_B_ADDRESS: CARRIER_ADDRESSES.b };
  const startOnPort = (port: number): Promise<RunningAsterisk> =>
    startAsterisk({
      kind: 'gateway',
      sip: { addresses: [GATEWAY_ADDRESS], port },
      values: {
        ...carriers,
        SIP_ADDRESS: GATEWAY_ADDRESS,
        CARRIER_PORT: String(networkPort),
        QUALIFY_SECONDS: String(qualifySeconds),
        ARI_APP: ariApp,
      },
      pjsip,
      keepDirectory,
    });
  const starting = await Promise.allSettled([
    startOnPort(gatewayPort),
    startAsterisk({
      kind: 'network',
      sip: { addresses: carrierAddresses, port: networkPort },
      values: { ...carriers, GATEWAY_ADDRESS, GATEWAY_PORT: String(gatewayPort) },
      keepDirectory,
    }),
  ]);
  const [gateway, network] = starting;
  if (gateway.status === 'fulfilled' && network.status === 'fulfilled') {
    const startAnother = async (): Promise<RunningAsterisk> =>
      startOnPort(await freePort('udp', [GATEWAY_ADDRESS]));
    return { gateway: gateway.value, network: network.value, startAnother };
  }
  for (const result of starting) if (result.status === 'fulfilled') await result.value.stop();
  throw gateway.status === 'rejected'
    ? gateway.reason
    : network.status === 'rejected'
      ? network.reason
      : undefined;
}
