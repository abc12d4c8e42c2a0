import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../asterisk/free-port.ts';
import { gatewayCommand } from '../../../demo/gateway-command.ts';
import { teachersQuiz } from '../../support/forms/teachers-quiz.ts';
import { openShell, type ShellSession } from '../../support/shell-session.ts';
import { workbookOf } from '../../support/workbook-of.ts';

/**
 * What the README tells a developer to type, typed as it stands into shells in a folder of its own, in its order. Only the two ports are others, and
 * `npm start` is what it runs; that it runs that is tested elsewhere.
 */
const root = join(import.meta.dirname, '../../..');
let folder = '';
let blocks: Map<string, string> = new Map();
let shell: ShellSession;
const running: ChildProcess[] = [];
const told: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-readme-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'survey.xlsx'), await workbookOf(teachersQuiz));
  const [gateway, receiver] = [await freePort('tcp', ['127.0.0.1']), await freePort('tcp', ['127.0.0.1'])];
  const readme = (await readFile(join(root, 'README.md'), 'utf8'))
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${gateway}`)
    .replaceAll('127.0.0.1:9090', `127.0.0.1:${receiver}`)
    .replaceAll('listen(9090,', `listen(${receiver},`)
    .replaceAll('npm start', `IVRS_PORT=${gateway} exec ${[process.execPath, ...gatewayCommand].join(' ')}`);
  blocks = blocksByFirstWords(readme);
  shell = openShell(folder);
  await begin('mkdir -p data', 'ready');
}, 60_000);

afterAll(async () => {
  await shell.close();
  for (const child of running.toReversed()) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}, 60_000);

it('every example of the README works when it is typed as it stands', { timeout: 120_000 }, async () => {
  await type('API=http');
  expect(JSON.parse(await type('curl -s $API/v1/webhook-endpoints'))).toMatchObject({
    secret: expect.stringMatching(/^whsec_/) as string,
  });
  await writeFile(join(folder, 'receiver.mjs'), block("import { createServer } from 'node:http'"));
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const receiver = /In a third shell: `(.*) node receiver\.mjs`/.exec(readme)?.[1] ?? '';
  start(`${receiver} exec ${process.execPath} receiver.mjs`);
  expect(JSON.parse(await type('curl -s -X PUT $API/v1/flows/teacher-quiz'))).toMatchObject({ version: 1 });
  expect(JSON.parse(await type('curl -s $API/v1/flows/teacher-quiz/rehearse'))).toMatchObject({
    responses: [{ question: 'q1', value: 'seven' }],
  });
  expect(JSON.parse(await type('curl -s $API/v1/calls -H'))).toMatchObject({ status: 'queued' });
  await heard('5 call.response_recorded seven');
  await heard('7 call.ended');
  const asked = await type('CALL=$(sed');
  expect(asked).toContain('"outcome":"completed"');
  expect(asked.match(/"sequence":7/g)).toHaveLength(1);
  expect(JSON.parse(await type('curl -s $API/v1/flows/import'))).toHaveProperty('flow');

  const uploaded = await type('curl -s $API/v1/campaigns -H');
  expect(uploaded).toContain('"accepted":3');
  expect(uploaded).toContain('"rejected":0');
  await type('curl -s $API/v1/campaigns/$CAMPAIGN/start');
  await heard('null campaign.paused');
  // That of the call that was asked for alone, and those of the pilot.
  await expect
    .poll(() => told.filter((each) => each.includes('call.ended')).length, { timeout: 60_000 })
    .toBe(3);
  const report = await type('curl -s $API/v1/campaigns/$CAMPAIGN -H');
  // Who of the three are the pilot's two is whose words are made first; one of them is engaged.
  const byOutcome = JSON.parse(/"by_outcome":({[^}]*})/.exec(report)?.[1] ?? '{}') as object;
  expect([{ completed: 2 }, { completed: 1, busy: 1 }]).toContainEqual(byOutcome);
  await heard('null campaign.ended');
  const unreached = await type('curl -s $API/v1/campaigns/$CAMPAIGN/unreached.csv');
  expect(unreached.trim().split('\n').slice(1)).toEqual([expect.stringContaining('teacher-3')]);

  expect(await type('REQUESTS=$API')).toBe('{"data":[],"next_cursor":null}');

  const keys = await type('curl -s $API/v1/api-keys -H');
  expect(keys.match(/"key":"ivrs_\w{39}"/g)).toHaveLength(2);
  const used = await type('KEY=$(sed');
  expect(used).toContain('"to":"+919000');
  expect(used).toContain('"name":"Campaign system"');
  expect(used.match(/"key":"ivrs_\w{39}"/g)).toHaveLength(1);
  expect(used).not.toContain('"status":40');

  // These set up Asterisks, and are what the tests of telephony and the demo stand on.
  expect([...blocks.keys()].filter((first) => !first.startsWith('npm run'))).toEqual([]);
});

/** The block that begins so, which is then done with. */
function block(firstWords: string): string {
  const first = [...blocks.keys()].find((each) => each.startsWith(firstWords));
  if (first === undefined) throw new Error(`the README has no example that begins with «${firstWords}»`);
  const text = blocks.get(first) ?? '';
  blocks.delete(first);
  return text;
}

function type(firstWords: string): Promise<string> {
  return shell.type(block(firstWords));
}

/** In a shell of its own, until it logs this. */
async function begin(firstWords: string, message: string): Promise<void> {
  const lines = start(block(firstWords));
  for await (const line of lines) if ((JSON.parse(line) as { msg?: string }).msg === message) return;
  throw new Error(`it ended before it said «${message}»`);
}

function start(command: string): AsyncIterable<string> {
  const child = spawn('sh', ['-c', command], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => told.push(line));
  return lines;
}

async function heard(line: string): Promise<void> {
  await expect.poll(() => told.map((each) => each.trim()), { timeout: 60_000 }).toContain(line);
}

function blocksByFirstWords(markdown: string): Map<string, string> {
  const found = [...markdown.matchAll(/^```(?:sh|js)\n(.*?)^```/gms)].map(([, text = '']) => text);
  return new Map(found.map((text) => [text.split('\n')[0] ?? '', text]));
}
