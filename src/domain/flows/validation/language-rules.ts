import type { MendableFault } from '../../fault.ts';
import type { StepOf } from '../flow-definition.ts';
import { mostUnlisted, offersOf } from '../steps/language-offers.ts';
import type { DraftFlow } from './draft-flow.ts';
import { flowKeyFaults } from './free-keys.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';

/** What a step that asks for the language may offer, and on which keys. */
export function languageFaults(draft: DraftFlow, step: StepOf<'language'>): MendableFault[] {
  const { frame, library } = draft;
  if (step.options === undefined && frame.languages.length < 2)
    return [
      {
        pointer: '',
        detail: 'offers nothing to choose: the flow has one language only',
        suggestion: 'Take the step out, or add the other languages to "languages".',
      },
    ];
  if (step.options === undefined && frame.languages.length > mostUnlisted)
    return [
      {
        pointer: '',
        detail: `must have «options»: the flow has more than ${mostUnlisted} languages`,
        suggestion:
          'Write the keys yourself, "1": { "language": … }; with a first question for the group, more fit.',
      },
    ];
  const offers = offersOf(step, frame.languages);
  return offers.flatMap(({ key, language, label }, index) => {
    const pointer = step.options === undefined ? '' : `/options/${key}`;
    const at = step.options === undefined ? '' : `${pointer}/language`;
    const isTwice = offers.findIndex((each) => each.language === language) < index;
    return [
      ...flowKeyFaults(draft, key, { pointer, step }).map((fault) => ({
        ...fault,
        ...(step.options === undefined
          ? { detail: `${fault.detail}: key ${key}; choose others in «options»` }
          : {}),
      })),
      ...(frame.languages.includes(language)
        ? []
        : [
            {
              pointer: at,
              detail: 'is no language of the flow',
              suggestion: `Make it ${oneOf(frame.languages)}, or add «${language}» to "languages".`,
              ...suggestionFrom(frame.languages, language),
            },
          ]),
      ...(isTwice
        ? [{ pointer: at, detail: 'is offered twice', suggestion: twice(frame.languages, offers) }]
        : []),
      ...(label === null && !library.hasWords(language)
        ? [
            {
              pointer: at,
              detail: `has no built-in words to offer «${language}» with; give it a «label»`,
              suggestion: `Write "${key}": { "language": "${language}", "label": "…" } in "options".`,
            },
          ]
        : []),
    ];
  });
}

function twice(languages: readonly string[], offers: readonly { language: string }[]): string {
  const left = languages.filter((language) => offers.every((offer) => offer.language !== language));
  return left.length === 0 ? 'Take one of the two keys out.' : `Offer ${oneOf(left)} on this key.`;
}
