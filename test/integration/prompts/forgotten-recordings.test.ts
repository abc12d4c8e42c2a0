import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlowStore } from '../../../src/db/flow-store.ts';
import { forgottenRecordings } from '../../../src/db/forgotten-recordings.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import { createPromptStore } from '../../../src/db/prompt-store.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import type { PromptRecording } from '../../../src/domain/prompts/prompt-version.ts';
import { codecs } from '../../../src/speech/codec.ts';
import { originalFile, recordingSound } from '../../../src/speech/recording-files.ts';
import { removeForgottenRecordings } from '../../../src/workflows/remove-forgotten-recordings.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance } from '../../support/sample-call.ts';
import { temporaryDirectory } from '../speech/programs.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const prompts = createPromptStore(test.database);
const flows = createFlowStore(test.database);
const t0 = 1_800_000_000_000;
const dayMs = 24 * 3_600_000;
const hash = 'a'.repeat(40);
const original = 'b'.repeat(64);
const recording: PromptRecording = {
  ...{ hash, originalHash: original, format: 'wav' },
  ...{ originalBytes: 9, durationMs: 9, loudnessDbfs: -22 },
};
const q1 = { id: 'quiz.q1', language: 'hi' };
const q2 = { id: 'quiz.q2', language: 'hi' };

const names = (): Promise<string[]> =>
  forgottenRecordings(test.database).then((found) => found.map((each) => each.hash));

describe('a recording is forgotten', () => {
  it('when its prompt is deleted, and not while another version has it', async () => {
    await prompts.put({ ...q1, put: { recording }, at: t0 });
    await prompts.put({ ...q2, put: { recording }, at: t0 });
    expect(await names()).toEqual([]);
    await prompts.delete({ ...q1, at: t0 + 1 });
    expect(await names()).toEqual([]);
    await prompts.delete({ ...q2, at: t0 + 1 });
    expect(await forgottenRecordings(test.database)).toEqual([{ hash, originalHash: original }]);
  });

  it('not while a call is open that was accepted before, which speaks it', async () => {
    const ledger = createPostgresLedger(test);
    await prompts.put({ ...q1, put: { recording }, at: t0 });
    await ledger.accept(sampleAcceptance({ number: '+919876543210', at: t0 + 1 }));
    await prompts.delete({ ...q1, at: t0 + 2 });
    expect(await names()).toEqual([]);
    await test.database.query
      .updateTable('calls')
      .set({ created_at: new Date(t0 + 3) })
      .execute();
    expect(await names()).toEqual([hash]);
  });

  it('not while words stand in its place: calls that began before still speak it', async () => {
    await prompts.put({ ...q1, put: { recording }, at: t0 });
    await prompts.put({ ...q1, put: { text: 'नया' }, at: t0 + 1 });
    await prompts.put({ ...q1, put: { text: 'और नया' }, at: t0 + 2 });
    expect(await names()).toEqual([]);
  });

  it('not while a stored flow has it as a sound of its own', async () => {
    await prompts.put({ ...q1, put: { recording }, at: t0 });
    await prompts.delete({ ...q1, at: t0 + 1 });
    const say = { audio: 'https://example.org/a.wav', recording: hash };
    const definition: FlowDefinition = {
      title: 'Sound',
      languages: ['hi'],
      steps: [{ id: 'hello', type: 'message', say }],
    };
    await flows.putFlow({ id: 'sound', definition, at: t0 });
    expect(await names()).toEqual([]);
  });

  it('and keeps its original while another recording was made of it', async () => {
    await prompts.put({ ...q1, put: { recording }, at: t0 });
    await prompts.put({ ...q2, put: { recording: { ...recording, hash: 'c'.repeat(40) } }, at: t0 });
    await prompts.delete({ ...q1, at: t0 + 1 });
    expect(await forgottenRecordings(test.database)).toEqual([{ hash, originalHash: null }]);
  });
});

describe('the files of a forgotten recording', () => {
  const files = [...codecs.map((codec) => `${recordingSound(hash, codec)}.${codec}`), originalFile(original)];

  async function removedOf(writtenAgoMs: number): Promise<number> {
    const dataDir = await temporaryDirectory();
    for (const file of files) {
      await mkdir(dirname(join(dataDir, file)), { recursive: true });
      await writeFile(join(dataDir, file), 'sound');
      const at = new Date(t0 - writtenAgoMs);
      await utimes(join(dataDir, file), at, at);
    }
    const forgotten = () => Promise.resolve([{ hash, originalHash: original }]);
    const clock = { now: () => t0, setTimer: () => ({ cancel: () => undefined }) };
    const removed = await removeForgottenRecordings({ forgotten, dataDir, clock });
    expect(await removeForgottenRecordings({ forgotten, dataDir, clock })).toBe(0);
    return removed;
  }

  it('go, in every codec, with what was uploaded', async () => {
    expect(await removedOf(2 * dayMs)).toBe(4);
  });

  it('stay where somebody has just uploaded the same sound again', async () => {
    expect(await removedOf(3_600_000)).toBe(0);
  });
});
