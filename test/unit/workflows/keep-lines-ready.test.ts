import { join } from 'node:path';
import { expect, it } from 'vitest';
import { simulatorTrunk, type Codec } from '../../../src/domain/calls/trunk.ts';
import { lineOf, type LineRequest } from '../../../src/domain/lines/line-request.ts';
import type { LineNumber } from '../../../src/domain/lines/line.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { createFlowLoader } from '../../../src/workflows/flow-loader.ts';
import { keepLinesReady } from '../../../src/workflows/keep-lines-ready.ts';
import { storeFlow } from '../../../src/workflows/store-flow.ts';
import { InMemoryFlowStore } from '../../support/in-memory-flow-store.ts';
import { keptLog } from '../../support/kept-log.ts';
import { noLibrary } from '../../support/no-library.ts';
import { newestOf } from '../../support/simulated-gateway.ts';
import { TextRenditions } from '../../support/text-renditions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '..', '..', '..', 'prompts'));
const clock = new VirtualClock();
const message = (id: string, hi: string, en: string) => ({
  title: id,
  languages: ['hi', 'en'],
  steps: [{ id, type: 'message', say: { text: { hi, en } } }],
});

async function made(lines: Record<string, LineRequest>): Promise<Record<Codec, string[]>> {
  const flows = new InMemoryFlowStore();
  const all = {
    news: message('news', 'समाचार', 'The news'),
    closed: message('closed', 'बंद है', 'We are closed'),
    broken: message('broken', 'टूटा', 'XYZZY'),
  };
  for (const [id, definition] of Object.entries(all))
    await storeFlow({ flows, words, clock, ...noLibrary }, { id, definition });
  const texts: Record<Codec, string[]> = { alaw: [], ulaw: [], g722: [] };
  const renditions = new TextRenditions('XYZZY');
  const times = { createdAt: 0, changedAt: 0 };
  await keepLinesReady(
    {
      lines: {
        all: () =>
          Promise.resolve(
            new Map(
              Object.entries(lines).map(([number, line]) => [
                number as LineNumber,
                lineOf(number as LineNumber, line, times),
              ]),
            ),
          ),
      },
      trunks: [simulatorTrunk, { ...simulatorTrunk, name: 'wide', codec: 'g722' }],
      ...{ words, clock, log: keptLog() },
      flowNamed: (name) => newestOf(flows, name),
      flowOf: createFlowLoader({ flows, words }),
      renditionsFor: (codec) => ({
        async renderAll(parts) {
          const rendered = await renditions.renderAll(parts);
          texts[codec].push(
            ...parts.flatMap((part) => ('text' in part && part.text !== null ? part.text : [])),
          );
          return rendered;
        },
      }),
    },
    new AbortController().signal,
  );
  return texts;
}

it('makes what lines say, open and closed, in each language and for each trunk', async () => {
  const texts = await made({ '+911412345678': { mode: 'answer', flow: 'news', closed_flow: 'closed' } });
  for (const codec of ['alaw', 'g722'] as const)
    expect(texts[codec]).toEqual(
      expect.arrayContaining(['समाचार', 'The news', 'बंद है', 'We are closed']) as string[],
    );
  expect(texts.ulaw).toEqual([]);
});

it('goes on with the others where one cannot be made, or is not there', async () => {
  const texts = await made({
    '+911412345678': { mode: 'answer', flow: 'broken' },
    '+911412345679': { mode: 'answer', flow: 'gone' },
    '+911412345680': { mode: 'answer', flow: 'news' },
    '+911412345681': { mode: 'missed_call' },
  });
  expect(texts.alaw).toEqual(expect.arrayContaining(['टूटा', 'The news']) as string[]);
  expect(texts.alaw).not.toContain('We are closed');
});
