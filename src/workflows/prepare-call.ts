import type { Call } from '../domain/calls/call.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import { forOnePerson } from '../domain/flows/for-one-person.ts';
import { questionIds } from '../domain/flows/flow-definition.ts';
import {
  collectSpokenParts,
  speechByStep,
  spokenLanguages,
  type CallSpeech,
} from '../domain/flows/collect-spoken-parts.ts';
import { systemPrompt, type BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { spokenPartKey, type SpokenPart, type TextPart } from '../domain/prompts/spoken-part.ts';
import type { CallRenditions } from './call-renditions.ts';
import { renditionFor, type PreparedCall, type PreparedSpeech } from './prepared-call.ts';

export interface PrepareCallDependencies {
  renditions: CallRenditions;
  words: BuiltInWords;
}

/** What of a call its words depend on. */
export type SpokenCall = Pick<Call, 'language' | 'variables' | 'people' | 'record' | 'createdAt' | 'flow'> & {
  readonly attempts: readonly Pick<Call['attempts'][number], 'startedAt'>[];
};

/**
 * Renders everything that a call could ever say in its language, before it is dialled: nothing is synthesised while somebody listens.
 *
 * @throws PromptUnavailable naming what cannot be spoken
 */
export async function prepareCall(
  deps: PrepareCallDependencies,
  request: { call: SpokenCall; flow: Flow; signal: AbortSignal },
): Promise<PreparedCall> {
  const { call, signal } = request;
  const flow = call.people.length > 0 ? request.flow : forOnePerson(request.flow);
  const languages = spokenLanguages(flow.definition, call.language);
  const { language, variables, people, record: announcesRecording } = call;
  const speech = { language, variables, people, announcesRecording };
  const parts = everyPart(deps.words, flow, speech);
  const common = commonKeys(deps.words, flow, call.language);
  const personal = new Set(parts.map(spokenPartKey).filter((key) => !common.has(key)));
  const era = { acceptedAt: call.createdAt, beganAt: call.attempts[0]?.startedAt ?? null };
  const renditions = await deps.renditions.renderAll(parts, { era, signal, personal });
  const prepared = (language: string): PreparedSpeech => ({
    asides: asidesOf(deps.words, language),
    speechMsByStep: durationsOf(speechByStep(flow, { ...speech, language }), renditions),
  });
  return {
    flow,
    reference: call.flow,
    questions: questionIds(flow.definition),
    renditions,
    speech: Object.fromEntries(languages.map((language) => [language, prepared(language)])),
  };
}

function durationsOf(
  spokenBy: Readonly<Record<string, SpokenPart[]>>,
  renditions: PreparedCall['renditions'],
): Record<string, number> {
  const durationMs = (spoken: readonly SpokenPart[]): number =>
    spoken.reduce((sum, part) => sum + renditionFor(renditions, part).durationMs, 0);
  return Object.fromEntries(Object.entries(spokenBy).map(([step, spoken]) => [step, durationMs(spoken)]));
}

function asidesOf(words: BuiltInWords, language: string): PreparedSpeech['asides'] {
  return {
    pleaseWait: systemPrompt(words, { id: 'system.please_wait', language }),
    goodbye: systemPrompt(words, { id: 'system.goodbye', language }),
  };
}

function everyPart(words: BuiltInWords, flow: Flow, speech: CallSpeech): SpokenPart[] {
  const asides = spokenLanguages(flow.definition, speech.language).map((each) => asidesOf(words, each));
  return [
    ...collectSpokenParts(flow, speech),
    ...asides.flatMap(({ pleaseWait, goodbye }) => [...pleaseWait, ...goodbye]),
  ];
}

/** What a call says that any other call with its flow would not, in whichever of the flow's languages it was. */
export function personalTexts(
  words: BuiltInWords,
  { call, flow: whole }: { call: SpokenCall; flow: Flow },
): TextPart[] {
  const { variables, people } = call;
  const flow = people.length > 0 ? whole : forOnePerson(whole);
  const texts = new Map<string, TextPart>();
  for (const language of new Set([call.language, ...flow.definition.languages])) {
    const common = commonKeys(words, flow, language);
    for (const part of everyPart(words, flow, { language, variables, people, announcesRecording: true })) {
      const key = spokenPartKey(part);
      if (part.kind === 'text' && !common.has(key)) texts.set(key, part);
    }
  }
  return [...texts.values()];
}

const commonByFlow = new WeakMap<Flow, Map<string, ReadonlySet<string>>>();

/**
 * Keys of what any call with the flow could say, whoever it is for. What a call says beside that is personal: names, amounts, and whatever
 * else its variables are.
 */
function commonKeys(words: BuiltInWords, flow: Flow, language: string): ReadonlySet<string> {
  const byLanguage = commonByFlow.get(flow) ?? new Map<string, ReadonlySet<string>>();
  commonByFlow.set(flow, byLanguage);
  const keys =
    byLanguage.get(language) ??
    new Set(everyPart(words, flow, { language, variables: {}, announcesRecording: true }).map(spokenPartKey));
  byLanguage.set(language, keys);
  return keys;
}
