import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Environment } from '../../../src/config/environment.ts';
import { readAsterisks } from '../../../src/config/read-asterisks.ts';

function read(variables: Record<string, string>) {
  const env = new Environment(variables);
  const asterisks = readAsterisks(env, '/srv/data');
  env.refuseUnknown('IVRS_');
  return { asterisks, mistakes: env.mistakes };
}

function fileOf(content: unknown): string {
  const directory = mkdtempSync(join(tmpdir(), 'ivrs-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'asterisks.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** What is said of the file, without its path. */
function mistakesIn(content: unknown, variables: Record<string, string> = {}): string[] {
  const path = fileOf(content);
  const { mistakes } = read({ IVRS_ASTERISKS_FILE: path, NORTH_PASSWORD: 'p', ...variables });
  return mistakes.map((mistake) => mistake.replace(` (${path})`, ''));
}

const ari = { url: 'http://10.0.0.1:8088', user: 'ivrs', password_variable: 'NORTH_PASSWORD' };
const north = { name: 'north', ari };

describe('one Asterisk', () => {
  const variables = {
    IVRS_ARI_URL: 'http://127.0.0.1:8088',
    IVRS_ARI_USER: 'ivrs',
    IVRS_ARI_PASSWORD: 'secret',
  };

  test('is described by variables, under a name that attempts on record keep', () => {
    expect(read(variables)).toEqual({
      asterisks: [
        {
          name: 'asterisk',
          ari: { url: 'http://127.0.0.1:8088', user: 'ivrs', password: 'secret' },
          ami: null,
          ...{ app: 'ivrs', dataDir: '/srv/data', channels: null },
          writtenAt: {
            address: 'IVRS_ARI_URL',
            access: 'IVRS_ARI_USER and IVRS_ARI_PASSWORD',
            dataDir: 'IVRS_ASTERISK_DATA_DIR',
          },
        },
      ],
      mistakes: [],
    });
  });

  test('with its AMI, where that is given', () => {
    const ami = { IVRS_AMI_URL: 'tcp://127.0.0.1:5038', IVRS_AMI_USER: 'a', IVRS_AMI_PASSWORD: 'b' };
    const { asterisks, mistakes } = read({ ...variables, ...ami, IVRS_ARI_APP: 'other' });
    expect(mistakes).toEqual([]);
    expect(asterisks[0]).toMatchObject({
      ami: { url: 'tcp://127.0.0.1:5038', user: 'a', password: 'b' },
      app: 'other',
    });
    expect(read({ ...variables, IVRS_AMI_URL: 'http://127.0.0.1' }).mistakes).toEqual([
      expect.stringMatching(/^IVRS_AMI_URL must be of the form tcp:\/\/host:port/),
      expect.stringMatching(/^IVRS_AMI_USER is unset/),
      expect.stringMatching(/^IVRS_AMI_PASSWORD is unset/),
    ]);
  });
});

describe('several Asterisks', () => {
  test('are described by a file, with passwords from variables or their files', () => {
    const password = fileOf('from-a-file\n');
    const south = {
      name: 'south',
      ari: { url: 'https://south.example', user: 'u', password_variable: 'IVRS_SOUTH_PASSWORD' },
      ami: { url: 'tcp://10.0.0.2:5038', user: 'm', password_variable: 'SOUTH_AMI' },
      ...{ app: 'gateway', data_dir: '/mnt/data', channels: 120 },
    };
    const file = fileOf({ asterisks: [north, south] });
    const { asterisks, mistakes } = read({
      IVRS_ASTERISKS_FILE: file,
      NORTH_PASSWORD: 'one',
      IVRS_SOUTH_PASSWORD_FILE: password,
      SOUTH_AMI: 'two',
      IVRS_ARI_APP: 'usual',
      IVRS_ASTERISK_DATA_DIR: '/usual',
    });
    expect(mistakes).toEqual([]);
    expect(asterisks).toEqual([
      {
        name: 'north',
        ari: { url: 'http://10.0.0.1:8088', user: 'ivrs', password: 'one' },
        ami: null,
        ...{ app: 'usual', dataDir: '/usual', channels: null },
        writtenAt: {
          address: `/asterisks/0/ari/url of ${file}`,
          access: `/asterisks/0/ari/user of ${file} and NORTH_PASSWORD`,
          dataDir: 'IVRS_ASTERISK_DATA_DIR',
        },
      },
      {
        name: 'south',
        ari: { url: 'https://south.example', user: 'u', password: 'from-a-file' },
        ami: { url: 'tcp://10.0.0.2:5038', user: 'm', password: 'two' },
        ...{ app: 'gateway', dataDir: '/mnt/data', channels: 120 },
        writtenAt: {
          address: `/asterisks/1/ari/url of ${file}`,
          access: `/asterisks/1/ari/user of ${file} and IVRS_SOUTH_PASSWORD`,
          dataDir: `/asterisks/1/data_dir of ${file}`,
        },
      },
    ]);
  });

  test('are all refused with every mistake, each with its place', () => {
    expect(
      mistakesIn({
        asterisks: [
          { ...north, name: 'North', colour: 'red' },
          { name: 'south', ari: { ...ari, url: 'ftp://10.0.0.1', password: 'clear' }, channels: 0 },
          { ari: { ...ari, password_variable: 'not a name' }, data_dir: 'relative' },
        ],
      }),
    ).toEqual([
      expect.stringMatching(/^IVRS_ASTERISKS_FILE: \/asterisks\/0\/name must be small letters/),
      'IVRS_ASTERISKS_FILE: /asterisks/0/colour is not a known field',
      'IVRS_ASTERISKS_FILE: /asterisks/1/ari/url must be an http or https address',
      'IVRS_ASTERISKS_FILE: /asterisks/1/ari/password is not a known field',
      expect.stringMatching(/^IVRS_ASTERISKS_FILE: \/asterisks\/1\/channels /),
      expect.stringMatching(/^IVRS_ASTERISKS_FILE: \/asterisks\/2\/name /),
      expect.stringMatching(/^IVRS_ASTERISKS_FILE: \/asterisks\/2\/ari\/password_variable must be the name/),
      expect.stringMatching(/^IVRS_ASTERISKS_FILE: \/asterisks\/2\/data_dir must be an absolute path/),
    ]);
  });

  test.each([
    [
      'have different names',
      { ...north, ari: { ...ari, url: 'http://other' } },
      '/asterisks/1/name is the name of Asterisk 0 already',
    ],
    [
      'have different addresses',
      { ...north, name: 'south' },
      '/asterisks/1/ari/url is the address of Asterisk 0 already',
    ],
  ])('%s', (_, second, says) => {
    expect(mistakesIn({ asterisks: [north, second] })).toEqual([`IVRS_ASTERISKS_FILE: ${says}`]);
  });

  test.each([
    [
      'is not there',
      { asterisks: [north] },
      { NORTH_PASSWORD: '' },
      /password_variable names NORTH_PASSWORD, which is unset/,
    ],
    ['has none', { asterisks: [] }, {}, /\/asterisks must have at least one Asterisk/],
    ['is no JSON', '{ "asterisks"', {}, /is not JSON/],
    [
      'comes beside variables of one',
      { asterisks: [north] },
      { IVRS_ARI_USER: 'x' },
      /^IVRS_ARI_USER is set, and IVRS_ASTERISKS_FILE as well/,
    ],
  ])('are refused where what is named %s', (_, content, variables: Record<string, string>, says) => {
    expect(mistakesIn(content, variables)).toEqual([expect.stringMatching(says)]);
  });

  test('are refused where the file cannot be read', () => {
    expect(read({ IVRS_ASTERISKS_FILE: '/nowhere/asterisks.json' }).mistakes).toEqual([
      'IVRS_ASTERISKS_FILE names /nowhere/asterisks.json, which cannot be read',
    ]);
  });
});
