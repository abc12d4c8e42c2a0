import { describe, expect, it } from 'vitest';
import type { VoiceMessageId } from '../../../src/domain/ids.ts';
import type { PutPrompt } from '../../../src/domain/prompts/prompt-version.ts';
import type { KeptPrompt, StoredVoiceMessage } from '../../../src/domain/voice-messages/voice-message.ts';
import type { KeptResult } from '../../../src/speech/recordings.ts';
import { storeRecordedPrompts } from '../../../src/workflows/store-recorded-prompts.ts';
import { InMemorySounds } from '../../support/in-memory-sounds.ts';
import { silentLog } from '../../support/silent-log.ts';
import { voiceMessage } from '../http/fake-gateway.ts';

const recording = {
  ...{ hash: 'a'.repeat(40), originalHash: 'b'.repeat(64), format: 'wav' as const },
  ...{ originalBytes: 4, durationMs: 900, loudnessDbfs: -22 },
};

function messageOf(id: string, promptId: string): StoredVoiceMessage {
  return {
    ...voiceMessage.message,
    ...{ id: id as VoiceMessageId, prompt: { id: promptId, language: 'hi' }, kept: { state: 'waiting' } },
  };
}

/** Messages that wait, a library, and what is to go wrong. */
function world(options: { kept?: KeptResult; dropsSettling?: boolean } = {}) {
  const waiting = new Map<string, StoredVoiceMessage>();
  const settled = new Map<string, KeptPrompt>();
  const library: { id: string; put: PutPrompt }[] = [];
  const sounds = new InMemorySounds();
  let drops = options.dropsSettling === true;
  const pass = (): Promise<void> =>
    storeRecordedPrompts({
      voiceMessages: {
        waitingForLibrary: () => Promise.resolve([...waiting.values()]),
        settle(id, kept) {
          if (drops) {
            drops = false;
            return Promise.reject(new Error('the connection was lost'));
          }
          waiting.delete(id);
          settled.set(id, kept);
          return Promise.resolve();
        },
      },
      sounds,
      recordings: { keep: () => Promise.resolve(options.kept ?? { result: 'kept', recording }) },
      prompts: {
        put({ id, language, put, at }) {
          const there = library.some((each) => each.id === id);
          if (!there) library.push({ id, put });
          const content = { text: null, recording };
          const prompt = { id, language, version: 1, content, createdAt: at, deletedAt: null };
          return Promise.resolve({ prompt, created: !there });
        },
      },
      clock: { now: () => 1_000, setTimer: () => ({ cancel: () => undefined }) },
      log: silentLog,
    });
  const say = async (id: string, promptId: string): Promise<void> => {
    await sounds.keep(id, [Buffer.from('RIFF')] as never);
    waiting.set(id, messageOf(id, promptId));
  };
  return { pass, say, waiting, settled, library, sounds };
}

const one = 'vm_01k6m3q4t8v5w2x9y7z1a3b5c7';
const other = 'vm_01k6m3q4t8v5w2x9y7z1a3b5c8';

describe('what was recorded by phone', () => {
  it('becomes a version of its prompt', async () => {
    const { pass, say, settled, library } = world();
    await say(one, 'quiz.q1');
    await pass();
    expect(library).toEqual([{ id: 'quiz.q1', put: { recording } }]);
    expect(settled.get(one)).toEqual({ state: 'kept', version: 1 });
  });

  it('is put there once, though the process died before it was written down, and holds up nothing behind it', async () => {
    const { pass, say, settled, library } = world({ dropsSettling: true });
    await say(one, 'quiz.q1');
    await say(other, 'quiz.q2');
    await pass();
    expect([...settled.keys()]).toEqual([other]);
    await pass();
    expect(library.map(({ id }) => id)).toEqual(['quiz.q1', 'quiz.q2']);
    expect(settled.get(one)).toEqual({ state: 'kept', version: 1 });
  });

  it('is refused by name where an upload of the same sound would be', async () => {
    const { pass, say, settled, library } = world({
      kept: { result: 'refused', detail: 'is overdriven' },
    });
    await say(one, 'quiz.q1');
    await pass();
    expect([library, settled.get(one)]).toEqual([[], { state: 'refused', detail: 'is overdriven' }]);
  });

  it('is refused where its sound was deleted', async () => {
    const { pass, say, settled, sounds } = world();
    await say(one, 'quiz.q1');
    await sounds.remove(one);
    await pass();
    expect(settled.get(one)).toEqual({ state: 'refused', detail: 'its sound was deleted' });
  });
});
