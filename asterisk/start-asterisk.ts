import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, copyFile, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AsteriskProcess } from './asterisk-process.ts';
import { findAsterisk } from './find-asterisk.ts';
import { freePort } from './free-port.ts';
import { makeInstanceDirectory, removeLeftovers, type InstanceDirectory } from './instance-directory.ts';
import { renderTemplate } from './render-template.ts';
import { sipAnswers } from './sip-answers.ts';

/** Until ARI answers with all modules loaded; takes 0.3 s where nothing else runs. */
const ARI_LIMIT_MS = 20_000;
/** From then on, SIP answers at once or never. */
const SIP_LIMIT_MS = 2_000;
const HERE = import.meta.dirname;

export interface AsteriskOptions {
  /** `gateway`: the one that the gateway drives. `network`: carriers and handsets. */
  kind: 'gateway' | 'network';
  /** Where it listens for SIP (UDP). */
  sip: { addresses: readonly string[]; port: number };
  /** What the templates of this kind name beyond what every Asterisk has. */
  values: Readonly<Record<string, string>>;
  /** Put behind its own `pjsip.conf`. */
  pjsip?: string;
  /** Leave its directories where they are at the end, to look at them. */
  keepDirectory?: boolean;
}

export interface RunningAsterisk {
  ariUrl: string;
  ariUser: string;
  ariPassword: string;
  amiUrl: string;
  /** Where it listens for SIP, UDP, on each of its addresses. */
  sipPort: number;
  /** Changes with `startAgain`. */
  readonly pid: number;
  /** Its folder on this machine: etc, log, data, and `heard` where it is a network. */
  directory: string;
  dataDir: string;
  /** The same as Asterisk sees it. */
  asteriskDataDir: string;
  /** Whether it runs no more, and how it ended. */
  ended(): Promise<string>;
  /** As a power cut would. Its directories stay. */
  kill9(): Promise<void>;
  /** After `kill9`: the same Asterisk again, with the same ports, password and directories. */
  startAgain(): Promise<void>;
  /** Ends it and removes its directories. */
  stop(): Promise<void>;
}

/** Its message ends with what Asterisk complained of; a port that somebody else has taken is the usual reason. */
export class AsteriskDidNotStart extends Error {
  override readonly name = 'AsteriskDidNotStart';
  readonly code = 'asterisk_did_not_start';

  constructor(kind: AsteriskOptions['kind'], what: string, complaints: string) {
    super(`Asterisk (${kind}) ${what}. It complained:\n${complaints}`);
  }
}

/** Resolves when ARI answers, all modules are loaded and SIP is bound. Throws AsteriskDidNotStart. */
export async function startAsterisk(options: AsteriskOptions): Promise<RunningAsterisk> {
  const installation = await findAsterisk();
  await removeLeftovers(installation);
  if (installation.rootDir !== null) await nameThisMachine(installation.rootDir);

  const directory = await makeInstanceDirectory(installation, options.kind);
  const ariPassword = randomBytes(24).toString('base64url');
  const httpPort = await freePort('tcp', ['127.0.0.1']);
  const amiPort = await freePort('tcp', ['127.0.0.1']);
  const ari = { url: `http://127.0.0.1:${httpPort}`, user: 'ivrs', password: ariPassword };

  const asteriskDataDir = join(directory.asteriskPath, 'data');
  await writeConfiguration(options.kind, directory, {
    QUALIFY_SECONDS: '0',
    ...options.values,
    ...rtpPorts(),
    NAME: directory.name,
    DIR: directory.asteriskPath,
    DATA_DIR: asteriskDataDir,
    HEARD_DIR: join(directory.asteriskPath, 'heard'),
    SOUNDS_DIR: join(directory.asteriskPath, 'sounds'),
    HTTP_PORT: String(httpPort),
    AMI_PORT: String(amiPort),
    ARI_USER: ari.user,
    ARI_PASSWORD: ari.password,
    SIP_PORT: String(options.sip.port),
  });
  await appendFile(join(directory.path, 'etc', 'pjsip.conf'), options.pjsip ?? '');

  const run = async (): Promise<AsteriskProcess> => {
    const started = new AsteriskProcess(installation, directory);
    await untilReady(started, { ari, options, directory }).catch(async (error: unknown) => {
      await started.kill9();
      throw error;
    });
    return started;
  };
  const clearUp = async (): Promise<void> => {
    if (options.keepDirectory !== true) await directory.remove();
  };

  let asterisk = await run().catch(async (error: unknown) => {
    await clearUp();
    throw error;
  });
  return {
    ariUrl: ari.url,
    ariUser: ari.user,
    ariPassword: ari.password,
    sipPort: options.sip.port,
    amiUrl: `tcp://127.0.0.1:${amiPort}`,
    get pid() {
      return asterisk.pid;
    },
    directory: directory.path,
    dataDir: join(directory.path, 'data'),
    asteriskDataDir,
    ended: () => asterisk.ended,
    kill9: () => asterisk.kill9(),
    startAgain: async () => {
      if (!asterisk.hasEnded) throw new Error('This Asterisk still runs.');
      asterisk = await run();
    },
    stop: async () => {
      await asterisk.stop();
      await clearUp();
    },
  };
}

/** Asterisk looks up the machine's own name; in a root folder that does not know it that takes seconds, and calls fail. */
async function nameThisMachine(rootDir: string): Promise<void> {
  const path = join(rootDir, 'etc/hosts');
  const text = `127.0.0.1 localhost ${hostname()}\n::1 localhost ip6-localhost ip6-loopback\n`;
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  // both instances of a lab start in one process, at once
  const written = `${path}.${randomUUID()}`;
  await writeFile(written, text);
  await rename(written, path);
}

/**
 * A range of 2,000 ports, so 500 calls with RTP and RTCP each twice over. Instances may have drawn the same range:
 * Asterisk passes over a port that somebody else has.
 */
function rtpPorts(): { RTP_FIRST_PORT: string; RTP_LAST_PORT: string } {
  const first = 20_000 + 2_000 * Math.floor(Math.random() * 6);
  return { RTP_FIRST_PORT: String(first), RTP_LAST_PORT: String(first + 1_999) };
}

/** Asterisk complains of these where they are missing; empty, they mean the defaults. */
const EMPTY_FILES = [
  'acl.conf',
  'ccss.conf',
  'features.conf',
  'pjproject.conf',
  'udptl.conf',
  'websocket_client.conf',
];

async function writeConfiguration(
  kind: AsteriskOptions['kind'],
  directory: InstanceDirectory,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const folders = [
    'etc',
    'run',
    'log',
    'db/keys',
    'cache',
    'sounds',
    'heard',
    'data/recording',
    'data/incoming-calls',
  ];
  await Promise.all(folders.map((name) => mkdir(join(directory.path, name), { recursive: true })));
  await Promise.all(EMPTY_FILES.map((name) => writeFile(join(directory.path, 'etc', name), '')));
  for (const folder of ['both', kind]) {
    for (const name of await readdir(join(HERE, folder))) {
      if (!name.endsWith('.conf')) continue;
      const template = await readFile(join(HERE, folder, name), 'utf8');
      await writeFile(join(directory.path, 'etc', name), renderTemplate(template, values), { mode: 0o600 });
    }
  }
  const sounds = join(HERE, kind, 'sounds');
  for (const name of await readdir(sounds).catch(() => [])) {
    await copyFile(join(sounds, name), join(directory.path, 'sounds', name));
  }
}

interface ReadyCheck {
  ari: { url: string; user: string; password: string };
  options: AsteriskOptions;
  directory: InstanceDirectory;
}

/** In the order in which Asterisk gets there. */
async function untilReady(asterisk: AsteriskProcess, { ari, options, directory }: ReadyCheck): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from(`${ari.user}:${ari.password}`).toString('base64')}` };
  const until = async (what: string, limitMs: number, check: () => Promise<boolean>): Promise<void> => {
    const giveUpAt = Date.now() + limitMs;
    while (!(await check())) {
      if (asterisk.hasEnded)
        throw new AsteriskDidNotStart(
          options.kind,
          `ended ${await asterisk.ended} before it could ${what}`,
          await asterisk.complaints(),
        );
      if (Date.now() > giveUpAt)
        throw new AsteriskDidNotStart(
          options.kind,
          `did not ${what} within ${limitMs / 1000} s`,
          await asterisk.complaints(),
        );
      await sleep(20);
    }
  };
  const modulesRun = async (): Promise<boolean> => {
    try {
      const reply = await fetch(`${ari.url}/ari/asterisk/modules`, {
        headers,
        signal: AbortSignal.timeout(2_000),
      });
      if (!reply.ok) return false;
      const modules = (await reply.json()) as { name: string; status: string }[];
      const running = new Set(
        modules.filter((module) => module.status === 'Running').map((module) => module.name),
      );
      return NEEDED_MODULES.every((name) => running.has(name));
    } catch {
      return false;
    }
  };
  await until('load its modules and answer ARI', ARI_LIMIT_MS, modulesRun);
  for (const address of options.sip.addresses) {
    await until(`answer SIP on ${address}:${options.sip.port}`, SIP_LIMIT_MS, () =>
      sipAnswers(address, options.sip.port, directory.name),
    );
  }
}

const NEEDED_MODULES = [
  'chan_pjsip.so',
  'pbx_config.so',
  'app_stasis.so',
  'res_pjsip_session.so',
  'res_pjsip_sdp_rtp.so',
  'res_pjsip_outbound_registration.so',
  'res_rtp_asterisk.so',
  'res_ari_channels.so',
  'res_ari_events.so',
  'res_ari_playbacks.so',
  'res_ari_recordings.so',
  'app_mixmonitor.so',
  'app_senddtmf.so',
  'app_waitforsilence.so',
  'format_pcm.so',
  'format_wav.so',
  'codec_alaw.so',
];
