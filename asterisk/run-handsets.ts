import { readFile } from 'node:fs/promises';
import type { LabTrunk } from './lab-trunks.ts';
import { startLab, type Lab, type LabOptions } from './start-lab.ts';

/**
 * `npm run handsets`: both Asterisks alone, until it is ended. Standard output has the variables with which
 * `npm start` drives them, and nothing else; what is for people goes to standard error.
 */
async function runHandsets(): Promise<void> {
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
  const lab = await startLab(await optionsFromEnvironment());
  for (const [name, value] of Object.entries(lab.environment))
    process.stdout.write(`${name}=${quoted(value)}\n`);
  process.stderr.write(hint(lab));

  const end = await Promise.race([
    told.then(() => null),
    lab.gateway.ended().then((how) => `The Asterisk for the gateway ended ${how}.`),
    lab.network.ended().then((how) => `The handset network ended ${how}.`),
  ]);
  await lab.stop();
  if (end !== null) throw new Error(end);
}

/** A trunks file of one's own is taken, and refused where it does not lead to the handsets. */
async function optionsFromEnvironment(): Promise<LabOptions> {
  const trunksFile = process.env['IVRS_TRUNKS_FILE'];
  const ariApp = process.env['IVRS_ARI_APP'];
  return {
    ...(ariApp === undefined ? {} : { ariApp }),
    ...(trunksFile === undefined
      ? {}
      : { trunks: (JSON.parse(await readFile(trunksFile, 'utf8')) as { trunks: LabTrunk[] }).trunks }),
  };
}

function hint(lab: Lab): string {
  return `
The handsets are ready. Start the gateway in another terminal with the variables above, and call +91 9000 BB KKKK:
+919000001299 answers and presses 1 and 2, +919000179999 is busy (the contract's table has them all).
What handsets heard: ${lab.heardDir}
Ctrl-C ends both Asterisks and removes what they wrote.
`;
}

function quoted(value: string): string {
  return /^[\w./:@+-]*$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}

await runHandsets().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
