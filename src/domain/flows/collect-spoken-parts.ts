import { everyPartOf } from '../prompts/every-part.ts';
import { speak } from '../prompts/speak.ts';
import { spokenPartKey, type SpokenPart } from '../prompts/spoken-part.ts';
import type { Flow } from './compile-flow.ts';
import type { FlowValue } from './flow-session.ts';
import { voiceOf } from './flow-values.ts';
import { optOutWords } from './opt-out.ts';
import type { FlowDefinition, StepDefinition } from './flow-definition.ts';
import { offersOf } from './steps/language-offers.ts';
import { behaviourOf } from './step-behaviours.ts';
import type { Voice } from '../prompts/speak.ts';

/** What is known of a call before it is dialled. */
export interface CallSpeech {
  language: string;
  variables: Readonly<Record<string, FlowValue>>;
  /** Who shares the phone: their names are spoken. */
  people?: readonly { id: string; name: string }[];
  /** Whether it is said that the call is recorded; left out: no. */
  announcesRecording?: boolean;
}

/**
 * Every part that the call could ever say, each once, so that all of it is on disk before the phone rings. The engine speaks nothing that is
 * not among these.
 */
export function collectSpokenParts(flow: Flow, speech: CallSpeech): SpokenPart[] {
  const parts = new Map<string, SpokenPart>();
  for (const language of spokenLanguages(flow.definition, speech.language)) {
    for (const person of [null, ...(speech.people ?? []).map(({ id }) => id)]) {
      const voice = voiceBeforeDialling(flow, { ...speech, language }, person);
      const spoken = [
        ...speak('system.welcome_back', voice),
        ...(speech.announcesRecording === true ? speak('system.call_recorded', voice) : []),
        ...optOutWords(flow.definition.keys?.opt_out, voice),
        ...flow.definition.steps.flatMap((step) => partsOfStep(flow, step, voice)),
      ];
      for (const part of spoken) parts.set(spokenPartKey(part), part);
    }
  }
  return [...parts.values()];
}

/** The language that the call begins in, and all that its flow offers. */
export function spokenLanguages(flow: FlowDefinition, first: string): string[] {
  const offered = flow.steps.flatMap((step) =>
    step.type === 'language' ? offersOf(step, flow.languages).map((offer) => offer.language) : [],
  );
  return [...new Set([first, ...offered])];
}

/** Each speaking step's own words, for telling how long they last. Values that are not known yet are left out. */
export function speechByStep(flow: Flow, speech: CallSpeech): Record<string, SpokenPart[]> {
  const knowing = voiceBeforeDialling(flow, speech);
  const valueOf = (name: string): FlowValue => (knowing.isKnownLate(name) ? null : knowing.valueOf(name));
  const voice = { ...knowing, valueOf };
  const spoken = flow.definition.steps.map(
    (step) => [step.id, behaviourOf(step).ownWords(flow, step, voice)] as const,
  );
  return Object.fromEntries(spoken.filter(([, parts]) => parts.length > 0));
}

function partsOfStep(flow: Flow, step: StepDefinition, voice: Voice): SpokenPart[] {
  const behaviour = behaviourOf(step);
  const said = behaviour
    .sayings(step)
    .flatMap((saying) => ('say' in saying ? everyPartOf(saying.say, voice) : []));
  return [...said, ...behaviour.ownWords(flow, step, voice), ...behaviour.otherWords(flow, step, voice)];
}

function voiceBeforeDialling(
  flow: Flow,
  { language, variables, people = [] }: CallSpeech,
  person: string | null = null,
): Voice {
  return voiceOf(flow, { language, variables: { ...variables }, responses: {}, people, person });
}
