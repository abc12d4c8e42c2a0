import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory that is gone after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ivrs-speech-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A shell script that stands in for a program; its path. */
export async function fakeProgram(script: string): Promise<string> {
  const path = join(await temporaryDirectory(), 'program');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A stand-in for eSpeak NG that answers its two questions and then, asked to speak, does what `speaking` says. */
export function fakeEspeak(speaking: string): Promise<string> {
  return fakeProgram(`case "$1" in
  --version) echo 'eSpeak NG text-to-speech: 9.9  Data at: nowhere' ;;
  --voices) printf 'Pty Language Age/Gender VoiceName File\\n 5  hi  --/M  Hindi  inc/hi\\n' ;;
  *) ${speaking} ;;
esac`);
}
