import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { gatewayCommand, gatewayEnvironment } from '../../../demo/gateway-command.ts';

const root = join(import.meta.dirname, '../../..');
const words = gatewayCommand.map((word) => (word.startsWith(root) ? relative(root, word) : word));

/** What is measured and tested is what people run. */
it.each([
  { file: 'package.json', command: `exec node ${words.join(' ')}` },
  { file: 'Dockerfile', command: `CMD ${JSON.stringify(['node', ...words]).replaceAll(',', ', ')}` },
  { file: 'docs/operations/deploying-and-stopping.md', command: `bin/node ${words.join(' ')}` },
])('$file starts the gateway as the demo, the tests and the benchmark do', async ({ file, command }) => {
  const text = await readFile(join(root, file), 'utf8');
  expect(text).toContain(command);
  for (const name of Object.keys(gatewayEnvironment)) expect(text).toContain(`${name}=`);
});
