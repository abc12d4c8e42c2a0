import { join } from 'node:path';
import { systemClock } from '../src/lib/clock.ts';
import { createDiskRoom } from '../src/speech/disk-room.ts';
import { createEspeakSynthesiser } from '../src/speech/espeak-synthesiser.ts';
import { createRenditionCache } from '../src/speech/rendition-cache.ts';
import { createRenditionStore } from '../src/speech/rendition-store.ts';
import { RenditionProgress } from '../src/speech/rendition-progress.ts';
import { createSoundShaper } from '../src/speech/sound-shaper.ts';
import { createTranscoder } from '../src/speech/transcode.ts';

/**
 * `node bench/render-names.ts DIR COUNT`: makes the sounds of COUNT sentences with a name and an amount in each, as the gateway makes them, a few hundred
 * ahead of whoever takes them. Writes a line of JSON with its progress every quarter of a second, and one at its end. It may be killed at any moment: what is
 * there is not made again.
 */
const [dataDir = '', count = '0'] = process.argv.slice(2);
const program = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const tell = (fields: object): void => void process.stdout.write(`${JSON.stringify(fields)}\n`);
const log = { debug: tell, info: tell, warn: tell, error: tell };
const progress = new RenditionProgress(log);
const mostAhead = 200;

let made = 0;
const shaper = createSoundShaper({ program });
const cache = createRenditionCache({
  ...{ dataDir, clock: systemClock, codec: 'alaw', shaper, program, log },
  voices: [await createEspeakSynthesiser()],
  transcode: createTranscoder({ program }),
  store: createRenditionStore({
    clock: systemClock,
    room: createDiskRoom({ dataDir, clock: systemClock, leastFreeBytes: 0 }),
  }),
  onMade() {
    made += 1;
    progress.made();
  },
});
const timer = setInterval(() => progress.tell(cache.waiting), 250);

const names = ['आशा', 'रवि', 'मीना', 'सुनील', 'गीता', 'अनिल', 'लता', 'मोहन', 'सीमा', 'विजय'];
/** No two are alike. */
const sentenceOf = (index: number): string =>
  `${names[index % names.length] ?? ''} जी, आपकी फ़ीस ${Math.floor(index / names.length) + 100} रुपये बाकी है।`;

let next = 0;
await Promise.all(
  Array.from({ length: mostAhead }, async () => {
    while (next < Number(count)) {
      const text = sentenceOf(next);
      next += 1;
      await cache.renditionOf({ kind: 'text', language: 'hi', text });
    }
  }),
);
clearInterval(timer);
await cache.close();
await shaper.close();
tell({ done: Number(count), made, folder: join(dataDir, 'renditions') });
