import { assert } from '../lib/assert.ts';
import { collectSpokenParts } from '../domain/flows/collect-spoken-parts.ts';
import { compileFlow, type Flow } from '../domain/flows/compile-flow.ts';
import type { FlowValue } from '../domain/flows/flow-session.ts';
import { voiceOf } from '../domain/flows/flow-values.ts';
import { pointerTo } from '../domain/pointer-to.ts';
import { behaviourOf } from '../domain/flows/step-behaviours.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { everyPartOf } from '../domain/prompts/every-part.ts';
import { itemsOf, type SayItem } from '../domain/prompts/say.ts';
import { speak, type Voice } from '../domain/prompts/speak.ts';
import { spokenPartKey, type PromptPart, type SpokenPart } from '../domain/prompts/spoken-part.ts';
import type { Clock } from '../lib/clock.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { Rendition } from '../speech/rendition-cache.ts';
import { PromptUnavailable, SpeechFault } from '../speech/speech-fault.ts';
import { soundOf } from './call-renditions.ts';
import { isRecorded } from '../speech/sound-path.ts';
import type { PromptSounds } from './describe-prompt.ts';
import { promptKey, type PromptLibrary } from './prompt-library.ts';
import type { Preflight, PreflightLanguage, PreflightPrompt } from './use-cases.ts';
import { asPlayed } from './load-sub-flows.ts';

export interface PreflightDependencies {
  flows: Pick<FlowStore, 'getFlow'>;
  library: Pick<PromptLibrary, 'find'>;
  sounds: PromptSounds;
  words: BuiltInWords;
  clock: Clock;
}

export interface PreflightRequest {
  id: string;
  version: number | null;
  /** As a call would bring them; without, sentences are made with gaps in them. */
  variables: Readonly<Record<string, FlowValue>>;
}

/** What is longer is not listened to by people with little schooling. */
const longestPromptMs = 20_000;
/** A service that speaks may need longer; what it made until then is kept, and whoever asks again gets further. */
const patienceMs = 20_000;

/** Makes every sound that the flow can need in each of its languages, and says of each prompt how it is; null where there is no such flow. */
export async function preflightFlow(
  deps: PreflightDependencies,
  request: PreflightRequest,
): Promise<Preflight | null> {
  const stored = await deps.flows.getFlow(request.id, request.version);
  if (stored === null) return null;
  const flow = compileFlow(await asPlayed(deps, stored.definition), deps.words);
  const limit = AbortSignal.timeout(patienceMs);
  const languages = await Promise.all(
    stored.definition.languages.map((language) => {
      const voice = voiceOf(flow, { language, variables: { ...request.variables }, responses: {} });
      return preflightLanguage(deps, { flow, voice, variables: request.variables, limit });
    }),
  );
  const isReady = languages.every((each) => each.isReady);
  return { flow: { id: stored.id, version: stored.version }, isReady, languages };
}

interface LanguageRequest {
  flow: Flow;
  voice: Voice;
  variables: PreflightRequest['variables'];
  limit: AbortSignal;
}

async function preflightLanguage(
  deps: PreflightDependencies,
  { flow, voice, variables, limit }: LanguageRequest,
): Promise<PreflightLanguage> {
  const { language } = voice;
  const said = itemsSaid(flow);
  const all = collectSpokenParts(flow, { language, variables });
  const sounds = await makeSounds(deps, all, limit);
  const prompts = said.map((each) => describeItem(deps, { ...each, voice, sounds }));
  const covered = new Set(said.flatMap(({ item }) => everyPartOf(item, voice)).map(spokenPartKey));
  const others = all.filter((part) => !covered.has(spokenPartKey(part)));
  const rest = stateOf(others.flatMap((part) => sounds.get(spokenPartKey(part)) ?? []));
  const states = [...prompts.map(({ state }) => state), rest.state];
  return {
    language,
    isReady: states.every((state) => state === 'ready' || state === 'too_long'),
    durationMs: prompts.reduce((sum, prompt) => sum + (prompt.durationMs ?? 0), 0),
    prompts,
    ownWords: { sounds: others.length, state: rest.state, detail: rest.detail },
    missing: [...new Set(prompts.flatMap((each) => (each.state === 'missing' ? (each.prompt ?? []) : [])))],
  };
}

interface SaidItem {
  pointer: string;
  step: string;
  item: SayItem;
}

function itemsSaid(flow: Flow): SaidItem[] {
  return flow.definition.steps.flatMap((step, index) =>
    behaviourOf(step)
      .sayings(step)
      .flatMap((saying) => {
        if (!('say' in saying)) return [];
        const { say } = saying;
        const at = `${pointerTo('steps', index)}${saying.pointer}`;
        return itemsOf(say).map((item, place) => ({
          pointer: Array.isArray(say) ? `${at}/${place}` : at,
          step: step.id,
          item,
        }));
      }),
  );
}

/** What became of one part. */
type Sound =
  | { state: 'ready'; rendition: Rendition }
  | { state: 'missing' | 'failed' | 'preparing'; detail: string | null };

async function makeSounds(
  { library, sounds, clock }: PreflightDependencies,
  parts: readonly SpokenPart[],
  limit: AbortSignal,
): Promise<ReadonlyMap<string, Sound>> {
  const prompts = parts.filter((part): part is PromptPart => part.kind === 'prompt');
  const versions = await library.find(
    prompts.map(({ id, language, text }) => ({ id, language, isNeeded: text === null })),
    { acceptedAt: clock.now(), beganAt: null },
  );
  const make = async (part: SpokenPart): Promise<Sound> => {
    assert(part.kind !== 'own_words', 'what a person says in a call cannot be made ahead');
    try {
      const sound = part.kind === 'prompt' ? soundOf(part, versions.get(promptKey(part)) ?? null) : part;
      return { state: 'ready', rendition: await sounds.renditionOf(sound, limit) };
    } catch (error) {
      if (limit.aborted) return { state: 'preparing', detail: null };
      if (error instanceof PromptUnavailable) return { state: 'missing', detail: null };
      if (error instanceof SpeechFault) return { state: 'failed', detail: error.message };
      throw error;
    }
  };
  return new Map(
    await Promise.all(parts.map(async (part) => [spokenPartKey(part), await make(part)] as const)),
  );
}

function describeItem(
  deps: PreflightDependencies,
  asked: SaidItem & { voice: Voice; sounds: ReadonlyMap<string, Sound> },
): PreflightPrompt {
  const { pointer, step, item, voice, sounds } = asked;
  const soundsOf = (parts: readonly SpokenPart[]): Sound[] =>
    parts.flatMap((part) => sounds.get(spokenPartKey(part)) ?? []);
  const spoken = soundsOf(speak(item, voice));
  const { state, detail } = stateOf(soundsOf(everyPartOf(item, voice)));
  const renditions = spoken.flatMap((sound) => (sound.state === 'ready' ? [sound.rendition] : []));
  const durationMs = renditions.reduce((sum, rendition) => sum + rendition.durationMs, 0);
  const voices = renditions.map((rendition) => deps.sounds.voiceIn(rendition));
  const isWhole = state === 'ready' && renditions.length === spoken.length;
  return {
    ...{ pointer, step, prompt: typeof item === 'string' ? item : null, detail },
    state: isWhole && durationMs > longestPromptMs ? 'too_long' : state,
    durationMs: isWhole ? durationMs : null,
    isRecorded: renditions.some(({ sound }) => isRecorded(sound)),
    voice: voices.find((name) => name !== null) ?? null,
  };
}

/** The worst of several; what is nowhere weighs most, since nobody but a person can mend it. */
function stateOf(sounds: readonly Sound[]): { state: Sound['state']; detail: string | null } {
  const worst = (['missing', 'failed', 'preparing'] as const)
    .map((state) => sounds.find((sound) => sound.state === state))
    .find((sound) => sound !== undefined);
  return worst === undefined || worst.state === 'ready'
    ? { state: 'ready', detail: null }
    : { state: worst.state, detail: worst.detail };
}
