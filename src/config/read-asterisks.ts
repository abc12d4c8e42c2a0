import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { explainIssues } from '../domain/explain-issues.ts';
import { sentenceOf, type AsteriskConfig } from './config.ts';
import type { Environment } from './environment.ts';

/** Of the one that is configured by IVRS_ARI_*: what attempts on record name. */
export const onlyAsterisk = 'asterisk';
const file = 'IVRS_ASTERISKS_FILE';
const insteadOfFile = ['IVRS_ARI_URL', 'IVRS_ARI_USER', 'IVRS_AMI_URL', 'IVRS_AMI_USER'];
const appForm = /^[A-Za-z0-9_-]{1,64}$/;

/** What every Asterisk is that does not say otherwise. */
interface Usual {
  app: string;
  dataDir: string;
}

/** The Asterisks to drive: those of the file, or the one that variables describe. Mistakes are gathered in `env`. */
export function readAsterisks(env: Environment, dataDir: string): AsteriskConfig[] {
  const usual = {
    app: env.text('IVRS_ARI_APP') ?? 'ivrs',
    dataDir: env.text('IVRS_ASTERISK_DATA_DIR') ?? dataDir,
  };
  if (!appForm.test(usual.app)) env.mistake('IVRS_ARI_APP', 'must be letters, digits, - and _ only');
  if (!usual.dataDir.startsWith('/'))
    env.mistake('IVRS_ASTERISK_DATA_DIR', 'must be an absolute path, as Asterisk sees it');
  const path = env.text(file);
  if (path === undefined) return [readOnly(env, usual)];
  for (const name of insteadOfFile)
    if (env.text(name) !== undefined) env.mistake(name, `is set, and ${file} as well: set one of them`);
  for (const name of ['IVRS_ARI_PASSWORD', 'IVRS_AMI_PASSWORD']) env.secret(name);
  return readFile(env, path, usual);
}

/** With the simulator nothing is needed of all this; it may be set all the same. */
export function passOverAsterisks(env: Environment): void {
  for (const name of [...insteadOfFile, file, 'IVRS_ARI_APP', 'IVRS_ASTERISK_DATA_DIR']) env.text(name);
  for (const name of ['IVRS_ARI_PASSWORD', 'IVRS_AMI_PASSWORD']) env.secret(name);
}

function readOnly(env: Environment, { app, dataDir }: Usual): AsteriskConfig {
  const ari = { url: env.text('IVRS_ARI_URL'), user: env.text('IVRS_ARI_USER') };
  const password = env.secret('IVRS_ARI_PASSWORD');
  if (ari.url === undefined)
    env.mistake(
      'IVRS_ARI_URL',
      'is unset: give the address of Asterisk’s HTTP server, such as http://127.0.0.1:8088',
    );
  else if (!isHttpAddress(ari.url))
    env.mistake('IVRS_ARI_URL', `must be an http or https address, not «${ari.url}»`);
  if (ari.user === undefined) env.mistake('IVRS_ARI_USER', 'is unset: give the user of ari.conf');
  if (password === undefined)
    env.mistake('IVRS_ARI_PASSWORD', 'is unset: give the password of that user in ari.conf');
  return {
    name: onlyAsterisk,
    ari: { url: ari.url ?? '', user: ari.user ?? '', password: password ?? '' },
    ami: readOnlyAmi(env),
    app,
    dataDir,
    channels: null,
    writtenAt: {
      address: 'IVRS_ARI_URL',
      access: 'IVRS_ARI_USER and IVRS_ARI_PASSWORD',
      dataDir: 'IVRS_ASTERISK_DATA_DIR',
    },
  };
}

function readOnlyAmi(env: Environment): AsteriskConfig['ami'] {
  const [url, user] = [env.text('IVRS_AMI_URL'), env.text('IVRS_AMI_USER')];
  const password = env.secret('IVRS_AMI_PASSWORD');
  if (url === undefined) return null;
  if (!isTcpAddress(url)) env.mistake('IVRS_AMI_URL', `must be of the form tcp://host:port, not «${url}»`);
  if (user === undefined) env.mistake('IVRS_AMI_USER', 'is unset: give the user of manager.conf');
  if (password === undefined) env.mistake('IVRS_AMI_PASSWORD', 'is unset: give the secret of that user');
  return { url, user: user ?? '', password: password ?? '' };
}

const access = (address: z.ZodType<string>) =>
  z.strictObject({
    url: address,
    user: z.string().min(1, 'must be a user of that Asterisk').max(100),
    password_variable: z
      .string()
      .regex(
        /^[A-Z][A-Z0-9_]{0,99}$/,
        'must be the name of a variable, in capitals, that holds the password',
      ),
  });

const asteriskSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be small letters, digits, - and _'),
  ari: access(z.string().refine(isHttpAddress, 'must be an http or https address')),
  ami: access(z.string().refine(isTcpAddress, 'must be of the form tcp://host:port')).optional(),
  app: z.string().regex(appForm, 'must be letters, digits, - and _ only').optional(),
  data_dir: z.string().startsWith('/', 'must be an absolute path, as this Asterisk sees it').optional(),
  channels: z.int().min(1).max(10_000).optional(),
});
type Written = z.infer<typeof asteriskSchema>;

const fileSchema = z.strictObject({
  asterisks: z.array(asteriskSchema).min(1, 'must have at least one Asterisk').max(1_000),
});

function readFile(env: Environment, path: string, usual: Usual): AsteriskConfig[] {
  const mistake = (pointer: string, what: string): void =>
    env.mistake(file, `(${path}): ${pointer === '' ? 'it' : pointer} ${what}`);
  const json = parse(env, path);
  if (json === undefined) return [];
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) {
    const faults = explainIssues(parsed.error.issues, { input: json, schema: fileSchema });
    for (const fault of faults) mistake(fault.pointer, sentenceOf(fault));
    return [];
  }
  const { asterisks } = parsed.data;
  asterisks.forEach((each, index) => {
    const others = asterisks.slice(0, index);
    const namesake = others.findIndex(({ name }) => name === each.name);
    if (namesake >= 0) mistake(`/asterisks/${index}/name`, `is the name of Asterisk ${namesake} already`);
    // Two leases for one Asterisk: their holders would take the connection from each other.
    const same = others.findIndex(({ ari }) => ari.url === each.ari.url);
    if (same >= 0) mistake(`/asterisks/${index}/ari/url`, `is the address of Asterisk ${same} already`);
  });
  const passwordOf = (
    index: number,
    part: 'ari' | 'ami',
    { password_variable: name }: Written['ari'],
  ): string => {
    const password = env.secret(name);
    if (password === undefined)
      mistake(
        `/asterisks/${index}/${part}/password_variable`,
        `names ${name}, which is unset, as is ${name}_FILE`,
      );
    return password ?? '';
  };
  return asterisks.map(({ name, ari, ami, app, data_dir, channels }, index) => ({
    name,
    ari: { url: ari.url, user: ari.user, password: passwordOf(index, 'ari', ari) },
    ami: ami === undefined ? null : { url: ami.url, user: ami.user, password: passwordOf(index, 'ami', ami) },
    app: app ?? usual.app,
    dataDir: data_dir ?? usual.dataDir,
    channels: channels ?? null,
    writtenAt: {
      address: `/asterisks/${index}/ari/url of ${path}`,
      access: `/asterisks/${index}/ari/user of ${path} and ${ari.password_variable}`,
      dataDir: data_dir === undefined ? 'IVRS_ASTERISK_DATA_DIR' : `/asterisks/${index}/data_dir of ${path}`,
    },
  }));
}

function parse(env: Environment, path: string): unknown {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    env.mistake(file, `names ${path}, which cannot be read`);
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    env.mistake(file, `(${path}) is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isTcpAddress(text: string): boolean {
  return URL.canParse(text) && /^tcp:$/.test(new URL(text).protocol) && new URL(text).port !== '';
}
