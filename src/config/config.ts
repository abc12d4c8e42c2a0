import type { FrequencyCap } from '../domain/calls/frequency-cap.ts';
import type { DefaultHours } from '../domain/calls/calling-hours-request.ts';
import type { Trunk } from '../domain/calls/trunk.ts';

/** What the operator decided, checked and in the units of the code. Made by `readConfig` alone. */
export interface Config {
  http: { host: string; port: number };
  /** Null: a PostgreSQL of our own, under `dataDir`. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  telephony: TelephonyConfig;
  trunks: TrunksFile;
  callingHours: DefaultHours;
  emergencyCalls: boolean;
  callLifetimeMs: number;
  /** Null: no limit. */
  frequencyCap: FrequencyCap | null;
  /** Null: keys are on record. */
  apiKey: string | null;
  /** 32 bytes. Null: made at the first start and kept in `dataDir`, beside the database that it protects. */
  encryptionKey: Buffer | null;
  /** They open what was sealed with them, while the key is being replaced. */
  otherEncryptionKeys: readonly Buffer[];
  allowPrivateWebhooks: boolean;
  announceRecordings: boolean;
  /** Who may record prompts by phone; in E.164. */
  recordingNumbers: readonly string[];
  /** Null: the one that came with the packages, else the one on the path. */
  ffmpegBin: string | null;
  speech: SpeechConfig;
  /** Whether the operators' pages are there. */
  console: boolean;
  logLevel: LogLevel;
}

/** The trunks of a file, as it has them and as they are read. */
export interface TrunksFile {
  revision: number;
  trunks: readonly Trunk[];
  written: readonly { name: string }[];
}

export type VoiceChoice = 'google' | 'bhashini' | 'espeak-ng';

export interface SpeechConfig {
  /** Best first; the last is `espeak-ng`. */
  voices: readonly VoiceChoice[];
  google: { host: string };
  bhashini: { url: string; userId: string; apiKey: string; pipelineId: string; gender: 'female' | 'male' };
  /** What renditions may take of the disk. */
  mostBytes: number;
  /** With less than this free on its disk, nothing is rendered and nobody is called. */
  leastFreeBytes: number;
}

export type TelephonyConfig =
  { kind: 'simulator' } | { kind: 'asterisk'; asterisks: readonly AsteriskConfig[] };

/** One Asterisk to drive. Its name is what attempts and leases know it by. */
export interface AsteriskConfig {
  name: string;
  ari: { url: string; user: string; password: string };
  /** Null where nobody is to be asked for the health of trunks. */
  ami: { url: string; user: string; password: string } | null;
  /** Name of the Stasis application. */
  app: string;
  /** The data directory as this Asterisk sees it. */
  dataDir: string;
  /** Most live attempts on it; null for as many as the trunks have channels. */
  channels: number | null;
  writtenAt: AsteriskSettings;
}

/** Where what may be wrong is configured, in words for whoever can mend it: variables, or places of a file. */
export interface AsteriskSettings {
  address: string;
  access: string;
  dataDir: string;
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What is wrong at some place of a file, and what was perhaps meant. */
export function sentenceOf({ detail, suggestion }: { detail: string; suggestion?: string }): string {
  return suggestion === undefined ? detail : `${detail}. ${suggestion}`;
}

/** All that is wrong with the configuration, each mistake with its variable's name. The process ends with status 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((each) => `  ${each}`).join('\n')}`,
    );
    this.mistakes = mistakes;
  }
}
