import { resolve } from 'node:path';
import { canBeSent } from '../domain/api-keys/bearer-token.ts';
import { parseFrequencyCap, type FrequencyCap } from '../domain/calls/frequency-cap.ts';
import { parseDefaultHours } from '../domain/calls/calling-hours-request.ts';
import { parsePhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import { parseDurationMs } from '../lib/duration.ts';
import { ConfigError, logLevels, type Config, type LogLevel, type TelephonyConfig } from './config.ts';
import { Environment } from './environment.ts';
import { passOverAsterisks, readAsterisks } from './read-asterisks.ts';
import { readSpeech } from './read-speech.ts';
import { readTrunks } from './read-trunks.ts';

/**
 * The configuration from environment variables, as the contract names them.
 *
 * @throws ConfigError with every mistake at once
 */
export function readConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const env = new Environment(variables);
  const dataDir = resolve(env.text('IVRS_DATA_DIR') ?? 'data');
  const databaseUrl = readDatabaseUrl(env);
  const telephony = readTelephony(env, dataDir);
  const config: Config = {
    http: { host: env.text('IVRS_HOST') ?? '127.0.0.1', port: readPort(env) },
    databaseUrl,
    dataDir,
    telephony,
    trunks: readTrunks(env, telephony.kind),
    callingHours: env.parsed('IVRS_CALLING_HOURS', {
      parse: (text) => parseDefaultHours(text) ?? undefined,
      expected: 'like 09:00-21:00, the start before the end',
      otherwise: { start: '09:00', end: '21:00' },
    }),
    emergencyCalls: env.flag('IVRS_EMERGENCY_CALLS', false),
    callLifetimeMs: env.parsed('IVRS_CALL_LIFETIME', {
      parse: (text) => parseDurationMs(text) ?? undefined,
      expected: 'an ISO 8601 duration such as P7D',
      otherwise: 7 * 24 * 3_600_000,
    }),
    frequencyCap: env.parsed<FrequencyCap | null>('IVRS_FREQUENCY_CAP', {
      parse: (text) => parseFrequencyCap(text) ?? undefined,
      expected: 'like 3/P7D: how often a phone may ring, and in which period, PT1M to P366D',
      otherwise: null,
    }),
    apiKey: readApiKey(env),
    encryptionKey: readEncryptionKey(env, databaseUrl),
    otherEncryptionKeys: readOtherKeys(env),
    allowPrivateWebhooks: env.flag('IVRS_ALLOW_PRIVATE_WEBHOOKS', false),
    announceRecordings: env.flag('IVRS_ANNOUNCE_RECORDINGS', true),
    recordingNumbers: env.parsed('IVRS_RECORDING_NUMBERS', {
      parse: parseNumbers,
      expected: 'phone numbers in E.164 with commas between, such as +919876543210,+919876543211',
      otherwise: [],
    }),
    ffmpegBin: env.text('FFMPEG_BIN') ?? null,
    speech: readSpeech(env),
    console: env.flag('IVRS_CONSOLE', true),
    logLevel: env.parsed<LogLevel>('IVRS_LOG_LEVEL', {
      parse: (text) => logLevels.find((level) => level === text),
      expected: `one of ${logLevels.join(', ')}`,
      otherwise: 'info',
    }),
  };
  env.refuseUnknown('IVRS_');
  if (env.mistakes.length > 0) throw new ConfigError(env.mistakes);
  return config;
}

/** Only what may be called can record. */
function parseNumbers(text: string): string[] | undefined {
  const numbers = text.split(',').map((number) => number.trim());
  return numbers.every((number) => parsePhoneNumber(number).result === 'parsed') ? numbers : undefined;
}

function readPort(env: Environment): number {
  const parse = (text: string): number | undefined => {
    const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
    return port <= 65_535 ? port : undefined;
  };
  return env.parsed('IVRS_PORT', {
    parse,
    expected: 'a port from 0 to 65535 (0 picks a free one)',
    otherwise: 8080,
  });
}

function readDatabaseUrl(env: Environment): string | null {
  const text = env.secret('IVRS_DATABASE_URL');
  if (text === undefined) return null;
  // The value is not echoed: it may hold a password.
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    env.mistake('IVRS_DATABASE_URL', 'must be a URL that begins with postgresql://');
  return text;
}

function readTelephony(env: Environment, dataDir: string): TelephonyConfig {
  const parse = (text: string): 'asterisk' | 'simulator' | undefined =>
    text === 'asterisk' || text === 'simulator' ? text : undefined;
  const kind = env.parsed('IVRS_TELEPHONY', {
    parse,
    expected: 'asterisk or simulator',
    otherwise: 'asterisk' as const,
  });
  if (kind === 'asterisk') return { kind, asterisks: readAsterisks(env, dataDir) };
  passOverAsterisks(env);
  return { kind };
}

/** Where it is unset, keys must be on record: that is found when the database is open. */
function readApiKey(env: Environment): string | null {
  const key = env.secret('IVRS_API_KEY');
  if (key === undefined) return null;
  if (isWeak(key))
    env.mistake(
      'IVRS_API_KEY',
      'is weak: take at least 24 characters without a pattern, e.g. from: openssl rand -base64 32',
    );
  else if (!canBeSent(key))
    env.mistake(
      'IVRS_API_KEY',
      'cannot be sent in an Authorization header: take at most 512 letters, digits and -._~+/, with = at the end only, e.g. from: openssl rand -base64 32',
    );
  return key;
}

function isWeak(key: string): boolean {
  return key.length < 24 || new Set(key).size < 10 || /change.?me|password|secret|example/i.test(key);
}

function readEncryptionKey(env: Environment, databaseUrl: string | null): Buffer | null {
  const text = env.secret('IVRS_ENCRYPTION_KEY');
  if (text === undefined) {
    if (databaseUrl !== null)
      env.mistake(
        'IVRS_ENCRYPTION_KEY',
        'is unset: with IVRS_DATABASE_URL it is required. Make one with: openssl rand -base64 32',
      );
    return null;
  }
  const key = keyOf(text);
  if (key === null) env.mistake('IVRS_ENCRYPTION_KEY', 'must be 32 bytes in base64');
  return key;
}

function readOtherKeys(env: Environment): Buffer[] {
  const texts = (env.secret('IVRS_OTHER_ENCRYPTION_KEYS') ?? '')
    .split(/[\s,]+/)
    .filter((text) => text !== '');
  return texts.flatMap((text, index) => {
    const key = keyOf(text);
    // which one, and not what it is
    if (key === null)
      env.mistake(
        'IVRS_OTHER_ENCRYPTION_KEYS',
        `must have keys of 32 bytes in base64 only: number ${index + 1} is none`,
      );
    return key === null ? [] : [key];
  });
}

function keyOf(base64: string): Buffer | null {
  const key = Buffer.from(base64, 'base64');
  return key.length === 32 && key.toString('base64') === base64 ? key : null;
}
