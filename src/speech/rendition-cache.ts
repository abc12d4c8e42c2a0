import { join } from 'node:path';

import { spokenPartKey } from '../domain/prompts/spoken-part.ts';
import type { SoundPart } from '../domain/prompts/spoken-part.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { bytesPerMs } from './codec.ts';
import { candidatesFor } from './make-sound.ts';
import type { Candidate, SoundMakers, SynthesisedPart } from './make-sound.ts';
import { findRecording } from './recording-files.ts';
import { RefusedTexts } from './refused-texts.ts';
import type { RenditionStore } from './rendition-store.ts';
import { soundPath } from './sound-path.ts';
import { PromptUnavailable, SpeechFault } from './speech-fault.ts';
import type { VoiceName } from './synthesiser.ts';

/** A sound that is on the disk, in the trunk's codec. */
export interface Rendition {
  /** Path relative to the data directory, without extension. Made of a hash: no text and no number shows in it. */
  readonly sound: string;
  readonly durationMs: number;
}

/**
 * The sounds of everything that calls say, each kept as one file by the hash of what made it and never made twice.
 *
 * Each voice has sounds of its own. Asked for a part, the cache takes the best voice's sound, makes it where it is not there, and where that
 * voice fails or rests, goes on to the next. So what a lesser voice spoke is spoken by the better one as soon as that is back, for whoever
 * asks from then on.
 *
 * What is known here was on the disk at most 10 s ago, and stays there for a lease (`rendition-store.ts`); a file that vanished by a person's
 * hand is made again. While a call talks, `known` answers from memory alone.
 */
export interface RenditionCache {
  /** @throws SpeechFault, or the signal's reason; the making itself goes on for whoever else waits for it */
  renditionOf(part: SoundPart, signal?: AbortSignal): Promise<Rendition>;
  /** What `renditionOf` resolved for this part lately; no disk is touched. */
  known(part: SoundPart): Rendition | null;
  /**
   * All parts of a call, by `spokenPartKey`.
   *
   * @throws PromptUnavailable for the first part that cannot be had, or the signal's reason
   */
  renderAll(parts: readonly SoundPart[], options?: RenderOptions): Promise<ReadonlyMap<string, Rendition>>;
  /** Where the sounds of a part that is of one call alone lie, if they are there: by each voice. Relative to the data directory, with extension. */
  personalFiles(part: SoundPart): string[];
  /** Sounds that are being looked for or made. */
  readonly waiting: number;
  /** Ends what is being made, and waits until it has ended. */
  close(): Promise<void>;
}

export interface RenderOptions {
  signal?: AbortSignal;
  /** Keys of the parts that are of this one call, such as a name: their sounds are not kept for long. */
  personal?: ReadonlySet<string>;
}

export interface RenditionCacheOptions extends SoundMakers {
  dataDir: string;
  clock: Clock;
  store: RenditionStore;
  log: Log;
  onMade?: (voice: VoiceName | 'pause') => void;
}

interface Wanted {
  part: SoundPart;
  isPersonal: boolean;
}

interface KnownRendition extends Rendition {
  readonly seenAt: number;
}

const freshForMs = 10_000;
const mostKnown = 20_000;

export function createRenditionCache(options: RenditionCacheOptions): RenditionCache {
  const { dataDir, clock, codec, store, log } = options;
  const known = new Map<string, KnownRendition>();
  const underWay = new Map<string, Promise<KnownRendition>>();
  const refused = new RefusedTexts(clock);
  const closing = new AbortController();

  /** The best voice's sound that can be had. */
  async function findOrMake({ part, isPersonal }: Wanted): Promise<KnownRendition> {
    if (part.kind === 'recording')
      return { ...(await findRecording(part.hash, options)), seenAt: clock.now() };
    let fault: SpeechFault | null = null;
    for (const candidate of candidatesFor(part, options)) {
      const sound = soundPath({ ...candidate, isPersonal });
      const path = join(dataDir, `${sound}.${codec}`);
      const bytes = (await store.find(path)) ?? (await make(candidate, path));
      if (typeof bytes === 'number')
        return { sound, durationMs: Math.round(bytes / bytesPerMs), seenAt: clock.now() };
      // A fault that may pass says more: the call can wait for it.
      if (fault?.faultySide !== 'voice') fault = bytes;
    }
    throw fault ?? new SpeechFault('language_not_spoken', 'no voice speaks it');
  }

  /** Bytes; or why this voice cannot say it, and another may. What no voice can help is thrown. */
  async function make(candidate: Candidate, path: string): Promise<number | SpeechFault> {
    const { hash, voice } = candidate;
    const refusal = refused.of(hash) ?? (candidate.isAvailable ? null : atRest(voice));
    if (refusal !== null) return refusal;
    try {
      await store.requireRoom();
      if (closing.signal.aborted) throw closed();
      const bytes = await candidate.make(closing.signal);
      await store.keep(path, bytes);
      options.onMade?.(voice);
      return bytes.length;
    } catch (error) {
      if (!(error instanceof SpeechFault) || error.faultySide === 'machine') throw error;
      log.warn({ voice, code: error.code, reason: error.message }, 'a voice could not speak a prompt');
      refused.note(hash, error);
      return error;
    }
  }

  /** One search or making for a part at a time, however many ask for it. */
  function shared(wanted: Wanted, key: string): Promise<KnownRendition> {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = findOrMake(wanted)
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

  async function renditionOf(wanted: Wanted, signal?: AbortSignal): Promise<Rendition> {
    signal?.throwIfAborted();
    if (closing.signal.aborted) throw closed();
    const key = keyOf(wanted);
    const last = known.get(key);
    if (last !== undefined && clock.now() - last.seenAt < freshForMs) return last;
    return untilAborted(shared(wanted, key), signal);
  }

  return {
    renditionOf: (part, signal) => renditionOf({ part, isPersonal: false }, signal),
    known: (part) => known.get(keyOf({ part, isPersonal: false })) ?? null,
    personalFiles(part) {
      if (part.kind === 'recording') return [];
      return voicesFor(part, options).map((each) => `${soundPath({ ...each, isPersonal: true })}.${codec}`);
    },
    get waiting() {
      return underWay.size;
    },
    async renderAll(parts, { signal, personal } = {}) {
      const distinct = new Map(parts.map((part) => [spokenPartKey(part), part]));
      const entries = [...distinct].map(async ([key, part]): Promise<[string, Rendition]> => {
        const wanted = { part, isPersonal: personal?.has(key) ?? false };
        const rendition = await renditionOf(wanted, signal).catch((error: unknown) => {
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

/** None where nobody speaks the language, and so nobody has. */
function voicesFor(part: SynthesisedPart, options: RenditionCacheOptions): Candidate[] {
  try {
    return candidatesFor(part, options);
  } catch (error) {
    if (error instanceof SpeechFault) return [];
    throw error;
  }
}

function keyOf({ part, isPersonal }: Wanted): string {
  return isPersonal ? `personal:${spokenPartKey(part)}` : spokenPartKey(part);
}

function atRest(voice: string): SpeechFault {
  return new SpeechFault('synthesiser_busy', `${voice} is left in peace after its failures`);
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
