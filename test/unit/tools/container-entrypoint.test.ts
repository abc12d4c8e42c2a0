import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../asterisk/render-template.ts';
import { environmentOf, readCompose, textOf } from './read-compose.ts';

const root = join(import.meta.dirname, '../../..');

describe('container-entrypoint.sh', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'ivrs-entrypoint-'));
    // Instead of Asterisk: says how it was started.
    writeFileSync(join(dir, 'asterisk'), '#!/bin/sh\necho "$@" "password=${ARI_PASSWORD:-}"\n', {
      mode: 0o755,
    });
    writeFileSync(join(dir, 'password'), 'pass/word&\\1\n');
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const common = (kind: string) => ({
    ASTERISK_DIR: join(dir, kind),
    ARI_PASSWORD_FILE: join(dir, 'password'),
  });
  const own = { OWN_TEMPLATES_DIR: '/nowhere' };

  it.each([
    ['gateway', 'asterisk'],
    ['network', 'carrier-a'],
  ])('fills in every template of a %s as the lab does, and becomes Asterisk', (kind, service) => {
    const environment = environmentOf(readCompose({ SECRETS_DIR: dir }).services[service]!, dir);
    const data = join(dir, `${kind}-data`);
    const run = start(kind, { ...environment, ...common(kind), ...own, DATA_DIR: data });
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toBe(`-C ${dir}/${kind}/etc/asterisk.conf -f -n password=\n`);

    const values = {
      ...environment,
      NAME: `ivrs-${kind}`,
      DIR: join(dir, kind),
      DATA_DIR: kind === 'gateway' ? data : join(dir, kind, 'data'),
      HEARD_DIR: join(dir, kind, 'heard'),
      SOUNDS_DIR: join(root, 'asterisk', kind, 'sounds'),
      ...{
        HTTP_PORT: '8088',
        AMI_PORT: '5038',
        SIP_PORT: '5060',
        CARRIER_PORT: '5060',
        GATEWAY_PORT: '5060',
        QUALIFY_SECONDS: '60',
      },
      ...{ RTP_FIRST_PORT: '20000', RTP_LAST_PORT: '21999', ARI_APP: 'ivrs', ARI_USER: 'ivrs' },
      ARI_PASSWORD: 'pass/word&\\1',
    } as Record<string, string>;
    for (const folder of ['both', kind]) {
      for (const name of readdirSync(join(root, 'asterisk', folder)).filter((each) =>
        each.endsWith('.conf'),
      )) {
        if (name === 'logger.conf') continue; // a container's log is its standard output
        const rendered = readFileSync(join(dir, kind, 'etc', name), 'utf8');
        const added =
          name === 'http.conf' && kind === 'gateway'
            ? `\n[general](+)\nbindaddr = ${environment['HTTP_ADDRESS']}\n`
            : '';
        expect([name, rendered]).toEqual([
          name,
          renderTemplate(textOf(`asterisk/${folder}/${name}`), values) + added,
        ]);
      }
    }
  });

  it("takes the operator's template instead of its own", () => {
    mkdirSync(join(dir, 'own'));
    writeFileSync(join(dir, 'own/pjsip.conf'), 'bind = {{SIP_ADDRESS}}\n');
    const environment = {
      ...common('mine'),
      SIP_ADDRESS: '0.0.0.0',
      CARRIER_A_ADDRESS: '1.1.1.1',
      CARRIER_B_ADDRESS: '1.1.1.2',
    };
    const run = start('gateway', {
      ...environment,
      OWN_TEMPLATES_DIR: join(dir, 'own'),
      DATA_DIR: join(dir, 'mine-data'),
    });
    expect(run.status).toBe(0);
    expect(readFileSync(join(dir, 'mine/etc/pjsip.conf'), 'utf8')).toBe('bind = 0.0.0.0\n');
  });

  const addresses = { SIP_ADDRESS: '1.1.1.1', CARRIER_A_ADDRESS: '1.1.1.2', CARRIER_B_ADDRESS: '1.1.1.3' };
  it.each([
    ['nothing', '', {}, ['say gateway or network']],
    [
      'values missing',
      'gateway',
      { CARRIER_B_ADDRESS: '' },
      ['CARRIER_B_ADDRESS is unset', 'SIP_ADDRESS is unset'],
    ],
    [
      'a value that ends a line',
      'gateway',
      { ...addresses, SIP_ADDRESS: '1.1.1.1\nallow = all' },
      ['SIP_ADDRESS must'],
    ],
    [
      'a value that begins a comment',
      'gateway',
      { ...addresses, ARI_APP: 'a;b' },
      ['ARI_APP must have no semicolon'],
    ],
    [
      'a password file that is not there',
      'gateway',
      { ...addresses, ARI_PASSWORD_FILE: '/nowhere' },
      ['names /nowhere'],
    ],
    ['two passwords', 'gateway', { ...addresses, ARI_PASSWORD: 'other' }, ['ARI_PASSWORD_FILE as well']],
    [
      'a data folder that cannot be',
      'gateway',
      { ...addresses, DATA_DIR: '/dev/null/data' },
      ['cannot be written'],
    ],
  ])('ends with status 78 and a sentence when it is given %s', (_, kind, environment, sentences) => {
    const run = start(kind, {
      ...common('wrong'),
      ...own,
      DATA_DIR: join(dir, 'wrong-data'),
      ...environment,
    });
    expect(run).toMatchObject({ status: 78, stdout: '' });
    for (const sentence of sentences) expect(run.stderr).toContain(sentence);
  });

  function start(kind: string, environment: Record<string, string | undefined>) {
    const script = join(root, 'asterisk/container-entrypoint.sh');
    const env = { PATH: `${dir}:${process.env['PATH'] ?? ''}`, ...environment };
    return spawnSync('sh', kind === '' ? [script] : [script, kind], { env, encoding: 'utf8' });
  }
});
