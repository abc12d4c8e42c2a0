import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { compileFlow } from '../../../src/domain/flows/compile-flow.ts';
import { createSession } from '../../../src/domain/flows/create-session.ts';
import { advance } from '../../../src/domain/flows/flow-engine.ts';
import type { EngineInput } from '../../../src/domain/flows/flow-session.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import type { PreparedCall } from '../../../src/workflows/prepared-call.ts';
import { progressOf } from '../../../src/workflows/progress-of.ts';
import { sessionStartOf } from '../../../src/workflows/session-start-of.ts';
import { sampleCall } from '../../support/sample-call.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const validated = validateFlow(
  {
    title: 'News',
    languages: ['en'],
    steps: [
      { id: 'hello', type: 'message', say: { text: { en: 'Hello.' } } },
      { id: 'news', type: 'message', say: { text: { en: 'There is no school today.' } } },
    ],
  },
  libraryOf(words),
);
if (validated.result === 'invalid') throw new Error(JSON.stringify(validated.faults));
const flow = compileFlow(validated.flow, words);
const speech = { en: { speechMsByStep: { hello: 4_000, news: 6_000 } } };
const prepared = { flow, speech } as unknown as PreparedCall;

/** The call after another talk, in which this came in. */
function talkedIn(call: Call, inputs: readonly EngineInput[]): Call {
  let session = createSession(flow, sessionStartOf(call, { announceRecordings: false }));
  for (const input of inputs) ({ session } = advance(flow, session, input));
  return { ...call, progress: progressOf(prepared, session) };
}

it('counts what was heard in the attempts before, too', () => {
  const hungUpAmidNews = talkedIn(sampleCall({ changes: { language: 'en' } }), [
    { type: 'started', at: 0 },
    { type: 'prompt_ended', promptId: 'prompt-1', at: 4_000 },
    { type: 'hung_up', at: 7_000 },
  ]);
  expect(hungUpAmidNews.progress).toMatchObject({ heardPercent: 70, resumeAt: 'news' });

  const hungUpAtOnce = talkedIn(hungUpAmidNews, [
    { type: 'started', at: 0 },
    { type: 'hung_up', at: 1_000 },
  ]);
  expect(hungUpAtOnce.progress).toMatchObject({ heardPercent: 70, resumeAt: 'news' });

  const heardToTheEnd = talkedIn(hungUpAtOnce, [
    { type: 'started', at: 0 },
    { type: 'prompt_ended', promptId: 'prompt-1', at: 6_000 },
  ]);
  expect(heardToTheEnd.progress).toMatchObject({ heardPercent: 100, completed: true });
});
