import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { spokenPartKey } from '../domain/prompts/spoken-part.ts';
import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import type { Clock } from '../lib/clock.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import { makeSound, soundHash } from './make-sound.ts';
import type { SoundMakers } from './make-sound.ts';
import { PromptUnavailable, SpeechFault } from './speech-fault.ts';
import { storedBytes, storeSound } from './store-sound.ts';
import { sampleRateHz } from './transcode.ts';

/** A sound that is on the disk, in the trunk's codec. */
export interface Rendition {
  /** Path relative to the data directory, without extension. Made of a hash: no text and no number shows in it. */
  readonly sound: string;
  readonly durationMs: number;
}

/**
 * The sounds of everything that calls say, each kept as one file by the hash of what made it and never made twice.
 *
 * What is known here was on the disk at most 10 s ago: nothing but a person's hand removes these files, and a file that vanished is
 * made again. While a call talks, `known` answers from memory alone.
 */
export interface RenditionCache {
  /** @throws SpeechFault, or the signal's reason; the making itself goes on for whoever else waits for it */
  renditionOf(part: SpokenPart, signal?: AbortSignal): Promise<Rendition>;
  /** What `renditionOf` resolved for this part lately; no disk is touched. */
  known(part: SpokenPart): Rendition | null;
  /**
   * All parts of a call, by `spokenPartKey`.
   *
   * @throws PromptUnavailable for the first part that cannot be had, or the signal's reason
   */
  renderAll(
    parts: readonly SpokenPart[],
    options?: { signal?: AbortSignal },
  ): Promise<ReadonlyMap<string, Rendition>>;
  /** Ends what is being made, and waits until it has ended. */
  close(): Promise<void>;
}

export interface RenditionCacheOptions extends SoundMakers {
  dataDir: string;
  clock: Clock;
  /** Sounds made at a time; by default a core is left for the calls. */
  parallel?: number;
}

interface KnownRendition extends Rendition {
  readonly seenAt: number;
}

const freshForMs = 10_000;
const mostKnown = 20_000;
const bytesPerMs = sampleRateHz / 1000;

export function createRenditionCache(options: RenditionCacheOptions): RenditionCache {
  const { dataDir, clock, codec } = options;
  const known = new Map<string, KnownRendition>();
  const underWay = new Map<string, Promise<KnownRendition>>();
  const inTurn = limitConcurrency(options.parallel ?? Math.max(1, availableParallelism() - 1));
  const closing = new AbortController();

  async function findOrMake(part: SpokenPart): Promise<KnownRendition> {
    const hash = soundHash(part, options);
    const sound = `renditions/${hash.slice(0, 2)}/${hash}`;
    const path = join(dataDir, `${sound}.${codec}`);
    const bytes = (await storedBytes(path)) ?? (await inTurn(() => make(part, path)));
    return { sound, durationMs: Math.round(bytes / bytesPerMs), seenAt: clock.now() };
  }

  async function make(part: SpokenPart, path: string): Promise<number> {
    if (closing.signal.aborted) throw closed();
    const bytes = await makeSound(part, options, closing.signal);
    await storeSound(path, bytes);
    return bytes.length;
  }

  /** One search or making for a part at a time, however many ask for it. */
  function shared(part: SpokenPart, key: string): Promise<KnownRendition> {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = findOrMake(part)
      .then((rendition) => remember(key, rendition))
      .finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  }

  /** Names make for endless different texts, so what was not asked for longest is forgotten; it stays on the disk. */
  function remember(key: string, rendition: KnownRendition): KnownRendition {
    known.delete(key);
    known.set(key, rendition);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
    return rendition;
  }

  async function renditionOf(part: SpokenPart, signal?: AbortSignal): Promise<Rendition> {
    signal?.throwIfAborted();
    if (closing.signal.aborted) throw closed();
    const key = spokenPartKey(part);
    const last = known.get(key);
    if (last !== undefined && clock.now() - last.seenAt < freshForMs) return last;
    return untilAborted(shared(part, key), signal);
  }

  return {
    renditionOf,
    known: (part) => known.get(spokenPartKey(part)) ?? null,
    async renderAll(parts, { signal } = {}) {
      const distinct = new Map(parts.map((part) => [spokenPartKey(part), part]));
      const entries = [...distinct].map(async ([key, part]): Promise<[string, Rendition]> => {
        const rendition = await renditionOf(part, signal).catch((error: unknown) => {
          throw error instanceof SpeechFault ? new PromptUnavailable(part, error) : error;
        });
        return [key, rendition];
      });
      return new Map(await Promise.all(entries));
    },
    async close() {
      closing.abort();
      await Promise.allSettled(underWay.values());
    },
  };
}

function closed(): SpeechFault {
  return new SpeechFault('closed', 'the gateway is stopping, so no more sounds are made');
}

/** Waits for `work`, or until `signal` aborts; the work is not ended by that. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
