import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createFlowStore } from '../../../src/db/flow-store.ts';
import { createPromptStore } from '../../../src/db/prompt-store.ts';
import type { FlowDefinition } from '../../../src/domain/flows/flow-definition.ts';
import type { PromptRecording } from '../../../src/domain/prompts/prompt-version.ts';
import { createTestDatabase } from '../../support/database.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());
const t0 = 1_800_000_000_000;
const hindi = { id: 'quiz.q1', language: 'hi' };
const recording: PromptRecording = {
  hash: 'a'.repeat(40),
  originalHash: 'b'.repeat(64),
  format: 'mp3',
  originalBytes: 20 * 1024 * 1024,
  durationMs: 600_000,
  loudnessDbfs: -22.0123456789,
};

describe('prompts', () => {
  const prompts = createPromptStore(test.database);

  it('get a new version each time that they change, and none when they do not', async () => {
    const first = await prompts.put({ ...hindi, put: { text: 'एक' }, at: t0 });
    const words = {
      ...hindi,
      version: 1,
      content: { text: 'एक', recording: null },
      createdAt: t0,
      deletedAt: null,
    };
    expect(first).toEqual({ created: true, prompt: words });
    expect(await prompts.put({ ...hindi, put: { text: 'एक' }, at: t0 + 1 })).toEqual({
      created: false,
      prompt: words,
    });
    const second = await prompts.put({ ...hindi, put: { recording }, at: t0 + 2 });
    expect(second.prompt).toMatchObject({ version: 2, content: { text: 'एक', recording } });
    expect((await prompts.put({ ...hindi, put: { recording }, at: t0 + 3 })).created).toBe(false);
    expect(await prompts.get(hindi)).toEqual(second.prompt);
    expect(await prompts.versionsIn(['hi', 'en'])).toHaveLength(2);
  });

  it('that are put many at a time get versions one after the other', async () => {
    const puts = Array.from({ length: 10 }, (_, index) =>
      prompts.put({ ...hindi, put: { text: `${index}` }, at: t0 }),
    );
    const versions = (await Promise.all(puts)).map(({ prompt }) => prompt.version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(versions.map((_, index) => index + 1));
  });

  it('that are deleted are not there, stay on record, and may be put again', async () => {
    await prompts.put({ ...hindi, put: { recording }, at: t0 });
    expect(await prompts.delete({ ...hindi, at: t0 + 5 })).toBe('deleted');
    expect(await prompts.delete({ ...hindi, at: t0 + 6 })).toBe('not_found');
    expect([
      await prompts.get(hindi),
      await prompts.names(),
      await prompts.list({ after: null, limit: 9 }),
    ]).toEqual([null, [], []]);
    expect((await prompts.versionsIn(['hi'])).map(({ deletedAt }) => deletedAt)).toEqual([t0 + 5]);
    const again = await prompts.put({ ...hindi, put: { recording }, at: t0 + 7 });
    expect(again).toMatchObject({ created: true, prompt: { version: 2, deletedAt: null } });
  });

  it('are listed by id and language, the newest of each, page by page', async () => {
    for (const [id, language] of [
      ['b', 'hi'],
      ['a', 'en'],
      ['a', 'hi'],
      ['a', 'hi'],
    ] as const)
      await prompts.put({ id, language, put: { text: `${Math.random()}` }, at: t0 });
    const listed = async (after: { id: string; language: string } | null, limit: number) =>
      (await prompts.list({ after, limit })).map(
        ({ id, language, version }) => `${id}/${language}@${version}`,
      );
    expect(await listed(null, 9)).toEqual(['a/en@1', 'a/hi@2', 'b/hi@1']);
    expect(await listed({ id: 'a', language: 'en' }, 1)).toEqual(['a/hi@2']);
    expect(await prompts.names()).toHaveLength(3);
  });
});

it('flows are found by a value that their newest version has', async () => {
  const flows = createFlowStore(test.database);
  const put = (id: string, say: string) => {
    const definition: FlowDefinition = {
      title: 'x',
      languages: ['hi'],
      steps: [{ id: 'a', type: 'message', say }],
    };
    return flows.putFlow({ id, definition, at: t0 });
  };
  await put('old', 'quiz.q1');
  await put('old', 'quiz.q2');
  await put('new', 'quiz.q1');
  await put('longer', 'quiz.q10');
  await put('inline-abc', 'quiz.q1');
  expect((await flows.flowsWith('quiz.q1')).map(({ id }) => id)).toEqual(['new']);
});
