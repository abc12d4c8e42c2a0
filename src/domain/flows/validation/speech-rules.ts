import { checkSpeakable } from '../../prompts/check-speakable.ts';
import { itemsOf, templateOf, type LocalText, type Say, type SayItem } from '../../prompts/say.ts';
import { builtInPromptIds } from '../../prompts/built-in-words.ts';
import { isTemplate, namesIn } from '../../prompts/template.ts';
import { lateNamesOf, personNames } from '../compile-flow.ts';
import { isAsking, type StepDefinition } from '../flow-definition.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { behaviourOf } from '../step-behaviours.ts';
import type { Saying } from '../step-behaviour.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { mendedBraces } from './mended-braces.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';

/** What is said: in every language, from prompts that exist, and of nothing that cannot be synthesised in time. */
export const speechRules: readonly FlowRule[] = [
  (draft) =>
    draft.steps.flatMap(({ index, step }) =>
      sayingFaults(draft, step).map(({ pointer, ...fault }) => stepFault(index, pointer, fault)),
    ),
  languagesWithoutWords,
];

function sayingFaults(draft: DraftFlow, step: StepDefinition): MendableFault[] {
  return behaviourOf(step)
    .sayings(step)
    .filter((saying) => !isBuiltInDefault(step, saying))
    .flatMap((saying) =>
      'label' in saying ? textFaults(draft, saying.pointer, saying.label) : sayFaults(draft, saying),
    );
}

/** Reminders that the flow does not give itself are the gateway's own; what they lack is said once, of the language. */
function isBuiltInDefault(step: StepDefinition, saying: Saying): boolean {
  if (step.type === 'lookup') return saying.pointer === '/wait/say' && step.wait === undefined;
  if (step.type === 'transfer') return saying.pointer === '/say' && step.say === undefined;
  if (!isAsking(step)) return false;
  return (
    (saying.pointer === '/no_input/say' && step.no_input?.say === undefined) ||
    (saying.pointer === '/invalid/say' && step.invalid?.say === undefined)
  );
}

function sayFaults(draft: DraftFlow, { pointer, say }: Saying & { say: Say }): MendableFault[] {
  return itemsOf(say).flatMap((item, index) =>
    itemFaults(draft, Array.isArray(say) ? `${pointer}/${index}` : pointer, item),
  );
}

function itemFaults(draft: DraftFlow, pointer: string, item: SayItem): MendableFault[] {
  if (typeof item === 'string') return promptFaults(draft, pointer, item);
  if ('text' in item) return textFaults(draft, `${pointer}/text`, item.text);
  if ('pause' in item || 'audio' in item) return [];
  if ('prompt' in item) return chosenPromptFaults(draft, `${pointer}/prompt`, item.prompt);
  if ('money' in item) return moneyFaults(draft, pointer, item);
  const [kind = ''] = Object.keys(item);
  return templateFaults(draft, `${pointer}/${kind}`, templateOf(item));
}

function moneyFaults(
  draft: DraftFlow,
  pointer: string,
  item: { money: string; currency: string },
): MendableFault[] {
  const { frame, library } = draft;
  const mute = frame.languages.filter((language) => !library.saysCurrency(item.currency, language));
  return [
    ...templateFaults(draft, `${pointer}/money`, item.money),
    ...(mute.length === 0
      ? []
      : [
          {
            pointer: `${pointer}/currency`,
            detail: `has no words in ${mute.join(', ')}`,
            suggestion: 'Say the amount as a number, with the currency in a text after it.',
          },
        ]),
  ];
}

function promptFaults({ library, frame }: DraftFlow, pointer: string, id: string): MendableFault[] {
  if (!library.promptIds.includes(id)) {
    return [
      {
        pointer,
        detail: `names the prompt «${id}», which is in no library`,
        suggestion: 'Upload a prompt under this id first, or write a text: { "text": { … } }.',
        ...suggestionFrom(library.promptIds, id),
      },
    ];
  }
  // A prompt of the library may come to a language later: until then the flow is stored, and not ready in it.
  const missing = builtInPromptIds.has(id)
    ? frame.languages.filter((language) => !library.has(id, language))
    : [];
  return missing.length === 0
    ? []
    : [
        {
          pointer,
          detail: `names the prompt «${id}», which is missing in ${missing.join(', ')}`,
          suggestion: `Write the words instead, in each language: { "text": { "${missing[0] ?? ''}": "…" } }.`,
        },
      ];
}

/** Only a lookup says which prompts there are to choose from, so that all of them are ready. */
function chosenPromptFaults({ steps }: DraftFlow, pointer: string, template: string): MendableFault[] {
  const names = steps.flatMap(({ step }) =>
    step.type === 'lookup'
      ? Object.keys(step.values).filter((name) => step.values[name]?.as === 'prompt')
      : [],
  );
  if (names.some((name) => template.replaceAll(/\s/g, '') === `{{${name}}}`)) return [];
  return [
    {
      pointer,
      detail: 'must be one variable, such as {{status}}, that a lookup reads «as» prompt',
      suggestion:
        names[0] === undefined
          ? 'Add a lookup before it that reads a value with "as": "prompt", or write the id of a prompt.'
          : `Write {{${names[0]}}}.`,
    },
  ];
}

function textFaults(draft: DraftFlow, pointer: string, text: LocalText): MendableFault[] {
  const { languages } = draft.frame;
  const missing = languages.filter((language) => !Object.hasOwn(text, language));
  const others = Object.keys(text).filter((language) => !languages.includes(language));
  return [
    ...missing.map((language) => ({
      pointer,
      detail: `has no text in «${language}», which is a language of the flow`,
      suggestion: `Add "${language}": "…", or take «${language}» out of the flow’s languages.`,
    })),
    ...others.map((language) => ({
      pointer: `${pointer}/${language}`,
      detail: 'is no language of the flow',
      suggestion: `Take it out, or add «${language}» to "languages".`,
      ...suggestionFrom(languages, language),
    })),
    ...Object.entries(text).flatMap(([language, words]) => [
      ...templateFaults(draft, `${pointer}/${language}`, words),
      ...lateFaults(draft, `${pointer}/${language}`, words),
      ...checkSpeakable(words, language).map((fault) => ({ pointer: `${pointer}/${language}`, ...fault })),
    ]),
  ];
}

function templateFaults(draft: DraftFlow, pointer: string, template: string): MendableFault[] {
  if (!isTemplate(template))
    return [
      { pointer, detail: 'has a placeholder that cannot be read; write {{name}}', suggestion: mendedBraces },
    ];
  const late = lateNames(draft);
  return namesIn(template)
    .filter((name) => name.includes('.') && !late.has(name) && !isOfPerson(draft, name))
    .map((name) => ({
      pointer,
      detail: `speaks of «${name}», which nothing gives a value`,
      suggestion:
        late.size > 0 ? `Speak of ${oneOf([...late])}, or of a variable of the call.` : plainName(name),
      ...suggestionFrom([...late], name),
    }));
}

/** No variable of a call has a dot in its name. */
function plainName(name: string): string {
  return `Give it with the call as a variable without a dot: {{${name.replaceAll(/[^A-Za-z0-9_]+/g, '_')}}}.`;
}

function isOfPerson(draft: DraftFlow, name: string): boolean {
  return personNames.some((each) => each === name) && draft.steps.some(({ step }) => step.type === 'person');
}

/** A text is synthesised before the phone rings. */
function lateFaults(draft: DraftFlow, pointer: string, text: string): MendableFault[] {
  const late = lateNames(draft);
  return namesIn(text)
    .filter((name) => late.has(name))
    .map((name) => ({
      pointer,
      detail: `speaks of «${name}», which is known only during the call: it can be spoken as digits, number, date, time or money, not within a text`,
      suggestion: `Make a list of it: […, { "number": "{{${name}}}" }, …].`,
    }));
}

function lateNames(draft: DraftFlow): Set<string> {
  return lateNamesOf(draft.steps.map(({ step }) => step));
}

/** The gateway's own words are needed where it asks, confirms or reads out by itself. */
function languagesWithoutWords(draft: DraftFlow): MendableFault[] {
  const needs = draft.frame.keys?.opt_out !== undefined ? ['the confirmation of an opt-out'] : [];
  const needed = [...needs, ...draft.steps.flatMap(({ step }) => ownWordsNeeded(step))];
  const [first] = needed;
  if (first === undefined) return [];
  return draft.frame.languages.flatMap((language, index) =>
    draft.library.hasWords(language)
      ? []
      : [
          {
            pointer: pointerTo('languages', index),
            detail: `has no built-in words, which this flow needs (${first})`,
            suggestion: `Give the words for «${language}» in the flow’s own «say», or leave «${language}» out.`,
          },
        ],
  );
}

function ownWordsNeeded(step: StepDefinition): string[] {
  const moments = behaviourOf(step)
    .sayings(step)
    .some(
      (saying) =>
        'say' in saying &&
        itemsOf(saying.say).some(
          (item) => typeof item === 'object' && ('date' in item || 'time' in item || 'money' in item),
        ),
    );
  return [
    ...(moments ? [`a date, time or amount in «${step.id}»`] : []),
    ...(isAsking(step) && step.no_input?.say === undefined ? [`the words for no key in «${step.id}»`] : []),
    ...(isAsking(step) && step.invalid?.say === undefined
      ? [`the words for a wrong key in «${step.id}»`]
      : []),
    ...(step.type === 'voice_message' ? [`what is said about the recording in «${step.id}»`] : []),
    ...(step.type === 'lookup' && step.wait === undefined ? [`«please wait» in «${step.id}»`] : []),
    ...(step.type === 'transfer' && step.say === undefined
      ? [`that the person is put through in «${step.id}»`]
      : []),
    ...(step.type === 'digits' && step.confirm === true ? [`the confirmation in «${step.id}»`] : []),
    ...(step.type === 'person' ? [`the names of the people in «${step.id}»`] : []),
    ...(step.type === 'consent' ? [`the answers of «${step.id}»`] : []),
    ...(step.type === 'choice' && Object.values(step.options).some((option) => option.label)
      ? [`the list of options in «${step.id}»`]
      : []),
  ];
}
