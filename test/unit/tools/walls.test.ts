import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

/** Each wall, and an import that breaks it. */
const violations: [wall: string, folder: string, imports: string][] = [
  ['lib-knows-nobody', 'src/lib', '../domain/target.ts'],
  ['domain-is-pure', 'src/domain', '../db/target.ts'],
  ['domain-has-no-packages', 'src/domain', 'node:fs'],
  ['domain-has-no-packages', 'src/domain', 'kysely'],
  ['adapters-stay-apart', 'src/speech', '../workflows/target.ts'],
  ['db-knows-no-other-adapter', 'src/db', '../telephony/target.ts'],
  ['telephony-knows-no-other-adapter', 'src/telephony', '../db/target.ts'],
  ['workbooks-knows-no-other-adapter', 'src/workbooks', '../speech/target.ts'],
  ['only-workbooks-unpack', 'src/domain', 'fflate'],
  ['workflows-know-no-edge', 'src/workflows', '../http/target.ts'],
  ['workflows-know-no-edge', 'src/workflows', '../console/target.ts'],
  ['edges-reach-the-world-through-workflows', 'src/http', '../db/target.ts'],
  ['edges-reach-the-world-through-workflows', 'src/console', '../db/target.ts'],
  ['http-and-console-stay-apart', 'src/console', '../http/target.ts'],
  ['http-and-console-stay-apart', 'src/http', '../console/target.ts'],
  ['jobs-know-no-edge', 'src/jobs', '../http/target.ts'],
  ['jobs-know-no-edge', 'src/jobs', '../console/target.ts'],
  ['config-is-read-at-the-top', 'src/workflows', '../config/target.ts'],
  ['only-db-knows-sql', 'src/workflows', 'kysely'],
  ['only-http-and-console-know-hono', 'src/workflows', 'hono'],
  ['only-asterisk-knows-ws', 'src/webhooks', 'ws'],
  ['src-stands-alone', 'src/workflows', '../../test/target.ts'],
  ['the-demo-is-no-test', 'demo', '../test/target.ts'],
];

describe('the walls between the layers', () => {
  let tree: string;
  /** `wall file` of everything that the checker found in a tree with one planted file for each violation. */
  let found: string[];

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'ivrs-walls-'));
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    await write(
      'tsconfig.json',
      JSON.stringify({ extends: join(root, 'tsconfig.json'), include: ['src', 'demo', 'test'] }),
    );
    await write('package.json', '{ "type": "module" }');
    for (const [index, [, folder, imports]] of violations.entries()) {
      if (imports.startsWith('.')) await write(join(folder, imports), 'export const target = 1;');
      await write(`${folder}/planted-${index}.ts`, `export * from '${imports}';`);
    }
    await write('src/domain/circle-a.ts', `export * from './circle-b.ts';`);
    await write('src/domain/circle-b.ts', `export * from './circle-a.ts';`);
    await write(
      'src/workflows/honest.ts',
      `export * from '../db/target.ts';\nexport * from '../domain/target.ts';`,
    );
    await write('src/console/honest.ts', `export * from '../workflows/target.ts';\nexport * from 'hono';`);
    found = brokenWalls();
  });
  afterAll(() => rm(tree, { recursive: true }));

  it.each(violations.map((violation, index) => [...violation, index] as const))(
    '%s falls when %s imports %s',
    (wall, folder, _, index) => {
      expect(found).toContain(`${wall} ${folder}/planted-${index}.ts`);
    },
  );

  it('no-circles falls when two files import each other', () => {
    expect(found).toContain('no-circles src/domain/circle-a.ts');
  });

  it('lets through what keeps to the way down', () => {
    expect(found.filter((line) => line.endsWith('honest.ts'))).toEqual([]);
  });

  function brokenWalls(): string[] {
    const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const config = join(root, '.dependency-cruiser.cjs');
    const args = [program, '--config', config, '--output-type', 'json', 'src', 'demo'];
    const run = spawnSync(process.execPath, args, {
      cwd: tree,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const report = JSON.parse(run.stdout) as {
      summary: { violations: { from: string; rule: { name: string } }[] };
    };
    return report.summary.violations.map(({ rule, from }) => `${rule.name} ${from}`);
  }

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), text);
  }
});
