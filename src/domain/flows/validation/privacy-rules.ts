import { itemsOf, type SayItem } from '../../prompts/say.ts';
import { namesIn } from '../../prompts/template.ts';
import { lateNamesOf, personNames } from '../compile-flow.ts';
import type { MendableFault } from '../../fault.ts';
import type { FlowDefinition, StepDefinition } from '../flow-definition.ts';
import { behaviourOf } from '../step-behaviours.ts';
import type { Saying } from '../step-behaviour.ts';
import { placesBefore } from '../steps-before.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';

/** Nothing personal is spoken to whoever happens to take the phone, nor before somebody consented. */
export const privacyRules: readonly FlowRule[] = [spokenTooEarly];

/**
 * Names of variables that may say something of a person: all that the request gives and that the flow does not list in `public_variables`. What
 * the call itself comes to know was said by whoever is there.
 */
export function personalNames(
  names: readonly string[],
  flow: Pick<FlowDefinition, 'public_variables'> & { steps: readonly StepDefinition[] },
): string[] {
  const harmless = new Set([...(flow.public_variables ?? []), ...lateNamesOf(flow.steps), 'language']);
  return names.filter((name) => !harmless.has(name) && !isOfPerson(name));
}

function spokenTooEarly(draft: DraftFlow): MendableFault[] {
  if (draft.hasGaps) return [];
  const steps = draft.steps.map(({ step }) => step);
  const has = (type: StepDefinition['type']): boolean => steps.some((step) => step.type === type);
  const beforePerson = has('person') ? placesBefore(steps, 'person') : new Set<number>();
  const beforeConsent = has('consent') ? placesBefore(steps, 'consent') : new Set<number>();
  return steps.flatMap((step, place) => {
    if (beforePerson.has(place)) return faultsAt(draft, { step, place, until: 'person' });
    return beforeConsent.has(place) ? faultsAt(draft, { step, place, until: 'consent' }) : [];
  });
}

function faultsAt(
  draft: DraftFlow,
  at: { step: StepDefinition; place: number; until: 'person' | 'consent' },
): MendableFault[] {
  const flow = { ...draft.frame, steps: draft.steps.map(({ step }) => step) };
  const gate = flow.steps.find((step) => step.type === at.until)?.id ?? '';
  const tooEarly = (names: string[]): string[] => [
    ...personalNames(names, flow),
    ...(at.until === 'person' ? names.filter(isOfPerson) : []),
  ];
  return behaviourOf(at.step)
    .sayings(at.step)
    .flatMap(textsIn)
    .flatMap(({ pointer, text }) =>
      tooEarly(namesIn(text)).map((name) =>
        stepFault(at.place, pointer, { detail: detailOf(name, at.until), suggestion: wayOut(name, gate) }),
      ),
    );
}

function detailOf(name: string, until: 'person' | 'consent'): string {
  const moment = until === 'person' ? 'before it is known who is on the phone' : 'before anybody consented';
  return `speaks of «${name}», which may be personal, ${moment}`;
}

function wayOut(name: string, gate: string): string {
  const later = `Say it in a step behind «${gate}»`;
  return isOfPerson(name) ? `${later}.` : `${later}, or list «${name}» in public_variables.`;
}

function isOfPerson(name: string): boolean {
  return personNames.some((each) => each === name);
}

function textsIn(saying: Saying): { pointer: string; text: string }[] {
  const { pointer } = saying;
  if ('label' in saying) return localTexts(pointer, saying.label);
  const { say } = saying;
  return itemsOf(say).flatMap((item, index) =>
    textsOfItem(Array.isArray(say) ? `${pointer}/${index}` : pointer, item),
  );
}

function textsOfItem(pointer: string, item: SayItem): { pointer: string; text: string }[] {
  if (typeof item === 'string' || 'pause' in item || 'audio' in item) return [];
  if ('text' in item) return localTexts(`${pointer}/text`, item.text);
  return Object.entries(item).map(([kind, text]) => ({ pointer: `${pointer}/${kind}`, text }));
}

function localTexts(pointer: string, texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([language, text]) => ({ pointer: `${pointer}/${language}`, text }));
}
