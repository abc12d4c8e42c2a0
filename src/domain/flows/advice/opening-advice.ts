import { isWordId } from '../../prompts/built-in-words.ts';
import { itemsOf } from '../../prompts/say.ts';
import type { SpokenPart } from '../../prompts/spoken-part.ts';
import type { Flow } from '../compile-flow.ts';
import { createSession } from '../create-session.ts';
import { pointerTo } from '../../pointer-to.ts';
import { isQuestion, type StepDefinition } from '../flow-definition.ts';
import { routeFrom } from '../flow-route.ts';
import { voiceOf } from '../flow-values.ts';
import { behaviourOf } from '../step-behaviours.ts';
import { msOf, type AdvisedFlow, type AdviceRule, type FlowAdvice } from './flow-advice.ts';

/** How a call begins: with who calls and that nobody is there to talk to, soon with something to do, and with an easy key first. */
export const openingAdvice: readonly AdviceRule[] = [introduction, longOpening, practiceKey];

const longestOpeningMs = 30_000;

/** By the base of the language's tag: how a call says that it is a recording. */
const recordingWords: Readonly<Record<string, RegExp>> = {
  en: /record|automat|computer|machine/i,
  hi: /रिकॉर्ड|रेकॉर्ड|रिकार्ड|स्वचालित|कंप्यूटर|मशीन/,
  bn: /রেকর্ড|স্বয়ংক্রিয়/,
  gu: /રેકોર્ડ|રેકૉર્ડ/,
  kn: /ರೆಕಾರ್ಡ್|ಧ್ವನಿಮುದ್ರ/,
  ml: /റെക്കോർഡ|റെക്കോഡ/,
  mr: /रेकॉर्ड|ध्वनिमुद्रित|रिकॉर्ड/,
  ne: /रेकर्ड|रेकर्ड/,
  or: /ରେକର୍ଡ/,
  pa: /ਰਿਕਾਰਡ/,
  ta: /பதிவு/,
  te: /రికార్డ/,
  ur: /ریکارڈ/,
  es: /graba|automátic/i,
  fr: /enregistr|automati/i,
  pt: /grava|automátic/i,
  sw: /rekodi|otomatiki/i,
  id: /rekam|otomatis/i,
};

/** How a call says who is calling. */
const callerWords: Readonly<Record<string, RegExp>> = {
  en: /\b(?:from|on behalf of|i am|i'm|we are|we're|my name is|this is (?!an? |the recorded))/i,
  hi: /(?:की|के) (?:ओर|तरफ़?) से|से बोल|से (?:फ़ोन|फोन|कॉल)|(?:विभाग|संस्था|मंत्रालय|बैंक|स्कूल|अस्पताल|सरकार) से|मैं |मेरा नाम|हम /,
};

/** The steps from the first one on, to the first question, and that too. */
function openingOf(flow: Flow, language: string): StepDefinition[] {
  const start = { language, variables: {}, responses: {}, startAt: null, resumeAt: null, welcomeBack: false };
  const opening: StepDefinition[] = [];
  for (const step of routeFrom(flow, createSession(flow, start), flow.first)) {
    opening.push(step);
    if (isQuestion(step)) break;
  }
  return opening;
}

function introduction({ flow }: AdvisedFlow): FlowAdvice[] {
  return flow.definition.languages.flatMap((language) => {
    const opening = openingOf(flow, language);
    const [first] = opening.filter((step) => wordsOfStep(flow, step, language).length > 0);
    if (first === undefined || opening.some(hasUnknownWords)) return [];
    const text = opening.flatMap((step) => textOf(wordsOfStep(flow, step, language))).join(' ');
    const pointer = pointerTo('steps', flow.definition.steps.indexOf(first));
    return [...recordingAdvice(text, { language, pointer }), ...callerAdvice(text, { language, pointer })];
  });
}

function recordingAdvice(
  text: string,
  { language, pointer }: { language: string; pointer: string },
): FlowAdvice[] {
  if (recordingWords[baseOf(language)]?.test(text) !== false) return [];
  return [
    {
      code: 'recording_not_said',
      pointer,
      detail: `does not say in «${language}» that this is a recording, so people talk to it and wait`,
      suggestion: 'Begin with it: «This is a recorded call.»',
    },
  ];
}

function callerAdvice(
  text: string,
  { language, pointer }: { language: string; pointer: string },
): FlowAdvice[] {
  if (callerWords[baseOf(language)]?.test(text) !== false) return [];
  return [
    {
      code: 'caller_not_said',
      pointer,
      detail: `does not say in «${language}» who is calling`,
      suggestion: 'Begin with it: «This is a recorded call from the education department.»',
    },
  ];
}

function longOpening({ flow, lengthOf }: AdvisedFlow): FlowAdvice[] {
  const longest = flow.definition.languages
    .map((language) => {
      const opening = openingOf(flow, language);
      const asks = opening.some(isQuestion);
      const before = opening.filter((step) => !isQuestion(step));
      const durationMs = msOf(
        before.flatMap((step) => wordsOfStep(flow, step, language)),
        lengthOf,
      );
      return { language, durationMs: asks ? durationMs : 0 };
    })
    .toSorted((one, other) => other.durationMs - one.durationMs)[0];
  if (longest === undefined || longest.durationMs <= longestOpeningMs) return [];
  return [
    {
      code: 'long_opening',
      pointer: '/steps/0',
      detail: `begins with about ${Math.round(longest.durationMs / 1_000)} s of speech before anything is asked (in «${longest.language}»)`,
      suggestion: 'Say the important part first, and ask for a key within half a minute.',
    },
  ];
}

function practiceKey({ flow }: AdvisedFlow): FlowAdvice[] {
  const { steps, languages } = flow.definition;
  if (steps.filter(isQuestion).length < 2) return [];
  const first = openingOf(flow, languages[0] ?? '').find(isQuestion);
  const isEasy =
    first?.type !== 'digits' &&
    (first?.type !== 'choice' || (first.correct === undefined && Object.keys(first.options).length <= 2));
  if (first === undefined || isEasy) return [];
  return [
    {
      code: 'no_practice_key',
      pointer: pointerTo('steps', steps.indexOf(first)),
      detail: 'is the first that people press keys for, and counts already',
      suggestion: 'Begin with one easy key that counts for nothing: «If you can hear me, press 1.»',
    },
  ];
}

function wordsOfStep(flow: Flow, step: StepDefinition, language: string): SpokenPart[] {
  return behaviourOf(step).ownWords(flow, step, voiceOf(flow, { language, variables: {}, responses: {} }));
}

/** Recordings of the library, of which nobody here knows what they say. */
function hasUnknownWords(step: StepDefinition): boolean {
  return behaviourOf(step)
    .sayings(step)
    .some(
      (saying) =>
        'say' in saying &&
        itemsOf(saying.say).some((item) => (typeof item === 'string' ? !isWordId(item) : 'audio' in item)),
    );
}

function textOf(parts: readonly SpokenPart[]): string[] {
  return parts.flatMap((part) => ('text' in part && part.text !== null ? [part.text] : []));
}

function baseOf(language: string): string {
  return language.split('-', 1)[0] ?? '';
}
