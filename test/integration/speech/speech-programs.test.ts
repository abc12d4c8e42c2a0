import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { createEspeakSynthesiser } from '../../../src/speech/espeak-synthesiser.ts';
import { runProgram } from '../../../src/speech/run-program.ts';
import { createTranscoder } from '../../../src/speech/transcode.ts';
import { fakeEspeak, fakeProgram, temporaryDirectory } from './programs.ts';

const hindi = { text: 'नमस्ते', language: 'hi' };
const bounds = { args: [], input: '', timeLimitMs: 10_000, maxOutputBytes: 100_000 };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('running a program', () => {
  test('gives it the input and takes its output', async () => {
    const run = await runProgram({ ...bounds, program: 'cat', input: 'नमस्ते' });
    expect(run).toEqual({ result: 'done', output: Buffer.from('नमस्ते') });
  });

  test('ends one that hangs, by its id, and does not wait for what it left behind', async () => {
    const pidFile = join(await temporaryDirectory(), 'pid');
    const program = await fakeProgram(`echo $$ > ${pidFile}\nsleep 5 &\nexec sleep 1000`);
    const startedAt = Date.now();
    expect(await runProgram({ ...bounds, program, timeLimitMs: 300 })).toEqual({ result: 'timed_out' });
    expect(Date.now() - startedAt).toBeLessThan(4000);
    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test('ends one that writes without end', async () => {
    const run = await runProgram({ ...bounds, program: await fakeProgram('exec cat /dev/zero') });
    expect(run).toEqual({ result: 'failed', detail: 'it wrote more than 100000 bytes' });
  });

  test('ends one when it is called off, before or while it runs', async () => {
    const controller = new AbortController();
    const running = runProgram(
      { ...bounds, program: await fakeProgram('exec sleep 1000') },
      controller.signal,
    );
    controller.abort();
    expect(await running).toEqual({ result: 'aborted' });
    expect(await runProgram({ ...bounds, program: 'cat' }, controller.signal)).toEqual({ result: 'aborted' });
  });

  test('survives one that does not read its input', async () => {
    const run = await runProgram({ ...bounds, program: 'true', input: Buffer.alloc(2_000_000) });
    expect(run).toEqual({ result: 'done', output: Buffer.alloc(0) });
  });

  test('tells the last words of one that failed, and its status where it said nothing', async () => {
    const loud = await fakeProgram('echo first >&2; echo "no such voice" >&2; exit 3');
    expect(await runProgram({ ...bounds, program: loud })).toEqual({
      result: 'failed',
      detail: 'no such voice',
    });
    const silent = await fakeProgram('exit 3');
    expect(await runProgram({ ...bounds, program: silent })).toEqual({
      result: 'failed',
      detail: 'it ended with 3',
    });
    const crashing = await fakeProgram('kill -SEGV $$');
    expect(await runProgram({ ...bounds, program: crashing })).toEqual({
      result: 'failed',
      detail: 'it ended with SIGSEGV',
    });
  });
});

describe('eSpeak NG', () => {
  test('speaks Hindi as a WAV file and names its voice with its version', async () => {
    const espeak = await createEspeakSynthesiser();
    expect(espeak.voiceOf('hi-IN')).toMatch(/^espeak-ng \d+\.\d+\S* hi /);
    expect(espeak.voiceOf('tlh')).toBeNull();
    const wav = await espeak.speak(hindi);
    expect(wav.subarray(0, 4).toString()).toBe('RIFF');
    expect(wav.length).toBeGreaterThan(10_000);
  });

  test('takes text that looks like an option or markup as words', async () => {
    const espeak = await createEspeakSynthesiser();
    for (const text of ['--help', '-w /tmp/x', '<break time="60s"/>', '[[h@l@U]]']) {
      const wav = await espeak.speak({ text, language: 'en' });
      expect(wav.subarray(0, 4).toString()).toBe('RIFF');
      expect(wav.length).toBeLessThan(500_000);
    }
  });

  test('that is not installed is an error that says what to install', async () => {
    await expect(createEspeakSynthesiser({ program: 'espeak-of-nowhere' })).rejects.toMatchObject({
      code: 'synthesiser_missing',
      message: expect.stringContaining('apt-get install espeak-ng') as string,
    });
  });

  test.each([
    { what: 'hangs', script: 'exec sleep 1000', code: 'synthesiser_timed_out' },
    { what: 'crashes', script: 'kill -SEGV $$', code: 'synthesiser_failed' },
    { what: 'complains', script: 'echo broken >&2; exit 1', code: 'synthesiser_failed' },
  ])('that $what is an error with a code of its own', async ({ script, code }) => {
    const espeak = await createEspeakSynthesiser({ program: await fakeEspeak(script), timeLimitMs: 500 });
    await expect(espeak.speak(hindi)).rejects.toMatchObject({ name: 'SpeechFault', code });
  });

  test('refuses a language that it does not speak, by name', async () => {
    const espeak = await createEspeakSynthesiser();
    await expect(espeak.speak({ text: 'nuqneH', language: 'tlh' })).rejects.toMatchObject({
      code: 'language_not_spoken',
      message: expect.stringContaining('tlh') as string,
    });
  });
});

describe('ffmpeg', () => {
  test('makes samples at 8 kHz of what eSpeak NG wrote', async () => {
    const espeak = await createEspeakSynthesiser();
    const wav = await espeak.speak(hindi);
    const samples = await createTranscoder()(wav);
    const wavSeconds = (wav.length - 44) / 2 / wav.readUInt32LE(24);
    expect(samples.length / 8000).toBeCloseTo(wavSeconds, 1);
  });

  test('that is missing is an error that says what to install', async () => {
    await expect(createTranscoder({ program: 'ffmpeg-of-nowhere' })(Buffer.alloc(0))).rejects.toMatchObject({
      code: 'transcoder_missing',
      message: expect.stringContaining('FFMPEG_BIN') as string,
    });
  });

  test.each([
    { what: 'nothing', wav: Buffer.alloc(0) },
    { what: 'no sound at all', wav: Buffer.from('this is not a WAV file') },
  ])('given $what is an error with a code', async ({ wav }) => {
    await expect(createTranscoder()(wav)).rejects.toMatchObject({ code: 'transcoder_failed' });
  });

  test('that hangs is ended', async () => {
    const program = await fakeProgram('exec sleep 1000');
    await expect(createTranscoder({ program, timeLimitMs: 300 })(Buffer.alloc(0))).rejects.toMatchObject({
      code: 'transcoder_timed_out',
    });
  });
});
