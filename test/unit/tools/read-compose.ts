import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../../..');

/** Of a file of the project. */
export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const composeText = textOf('docker-compose.yml');

/** What the tests look at in `docker-compose.yml`. */
export interface Service {
  build?: string;
  image: string;
  command?: string[];
  environment: Record<string, string | null>;
  secrets?: string[];
  volumes: string[];
  networks: string[] | Record<string, { ipv4_address: string }>;
  profiles?: string[];
  stop_grace_period: string;
  healthcheck?: unknown;
}
export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: Record<string, string>[] } } | null>;
  secrets: Record<string, { file: string }>;
}

/** The file with its variables put in, as Compose does it: `${NAME:-default}`, and `${NAME:?sentence}` where it must be set. */
export function readCompose(variables: Record<string, string>, file = composeText): Compose {
  const filled = file.replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const value = variables[name] ?? '';
    if (value === '' && kind === '?') throw new Error(rest);
    return value === '' ? rest : value;
  });
  return parse(filled, { merge: true }) as Compose;
}

/** What a service is started with, its secrets where a test keeps them. */
export function environmentOf({ environment }: Service, secretsDir: string): Record<string, string> {
  const set = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(set.map(([name, value]) => [name, value.replace(/^\/run\/secrets/, secretsDir)]));
}
