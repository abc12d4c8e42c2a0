import { pointerTo } from '../domain/pointer-to.ts';
import type { Fault } from '../domain/fault.ts';
import { flowDefinition, type FlowDefinition } from '../domain/flows/flow-definition.ts';
import { limitConcurrency } from '../speech/limit-concurrency.ts';
import type { Recordings } from '../speech/recordings.ts';
import { SoundUnreachable, type SoundFetcher } from '../webhooks/sound-fetcher.ts';

export interface FetchFlowSoundsDependencies {
  soundFetcher: Pick<SoundFetcher, 'fetch'>;
  recordings: Recordings;
}

export type FlowWithSounds =
  { result: 'fetched'; definition: FlowDefinition } | { result: 'invalid'; faults: Fault[] };

/** More than a flow of recordings has; each may take half a minute while somebody waits for the reply. */
const mostSounds = 50;
const mostAtOnce = 4;

/**
 * Fetches every `{ "audio": "https://…" }` of a flow that is about to be stored, and writes down which recording it was: calls speak that one,
 * whatever the address holds later, and never ask for it.
 */
export async function fetchFlowSounds(
  deps: FetchFlowSoundsDependencies,
  definition: FlowDefinition,
): Promise<FlowWithSounds> {
  const places = soundPlaces(definition, []);
  if (places.length === 0) return { result: 'fetched', definition };
  const urls = [...new Set(places.map(({ url }) => url))];
  const extra = places.find(({ url }) => urls.indexOf(url) >= mostSounds);
  if (extra) {
    const detail = `is one address too many: a flow may have ${mostSounds}; upload the sounds as prompts instead`;
    return {
      result: 'invalid',
      faults: [
        {
          pointer: extra.pointer,
          detail,
          suggestion: 'Name each uploaded sound where it is said: "say": "<id of the prompt>".',
        },
      ],
    };
  }
  const inTurn = limitConcurrency(mostAtOnce);
  const kept = await Promise.all(
    urls.map(async (url) => [url, await inTurn(() => keepSound(deps, url))] as const),
  );
  const byUrl = new Map(kept);
  const faults = places.flatMap(({ pointer, url }) => {
    const detail = byUrl.get(url)?.detail ?? null;
    return detail === null
      ? []
      : [
          {
            pointer,
            detail,
            suggestion: `Open ${url} in a browser: it must give a sound file without logging in. Or upload the file as a prompt.`,
          },
        ];
  });
  if (faults.length > 0) return { result: 'invalid', faults };
  const withSounds = replaceSounds(definition, (url) => byUrl.get(url)?.hash ?? '');
  return { result: 'fetched', definition: flowDefinition.parse(withSounds) };
}

interface Kept {
  hash: string;
  /** What went wrong; null where nothing did. */
  detail: string | null;
}

async function keepSound(deps: FetchFlowSoundsDependencies, url: string): Promise<Kept> {
  const failed = (detail: string): Kept => ({ hash: '', detail });
  const fetched = await deps.soundFetcher.fetch(url);
  if (fetched.result === 'failed') return failed(fetched.detail);
  try {
    const kept = await deps.recordings.keep(fetched.chunks);
    if (kept.result === 'too_large') return failed('has more than 20 MiB');
    return kept.result === 'refused' ? failed(kept.detail) : { hash: kept.recording.hash, detail: null };
  } catch (error) {
    if (error instanceof SoundUnreachable) return failed(error.message);
    throw error;
  }
}

/** In a validated flow, `audio` is a field of nothing but what is said. */
function soundPlaces(value: unknown, path: readonly PropertyKey[]): { pointer: string; url: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isAudio(value)) return [{ pointer: pointerTo(...path, 'audio'), url: value.audio }];
  return Object.entries(value).flatMap(([key, member]) => soundPlaces(member, [...path, key]));
}

function replaceSounds(value: unknown, hashOf: (url: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member: unknown) => replaceSounds(member, hashOf));
  if (isAudio(value)) return { audio: value.audio, recording: hashOf(value.audio) };
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaceSounds(member, hashOf)]),
  );
}

function isAudio(value: object): value is { audio: string } {
  return 'audio' in value && typeof value.audio === 'string';
}
