import type { AskingStep, FlowDefinition } from './flow-definition.ts';
import { isAcceptable } from './steps/accept-digits.ts';
import { consentAnswers } from './steps/consent-answers.ts';
import { offersOf } from './steps/language-offers.ts';

/** Every answer that somebody could give, each once; null where they cannot be listed. */
export function possibleAnswers(flow: Pick<FlowDefinition, 'languages'>, step: AskingStep): string[] | null {
  switch (step.type) {
    case 'choice':
      return distinct(Object.values(step.options).map((option) => option.value));
    case 'language':
      return distinct(offersOf(step, flow.languages).map((offer) => offer.language));
    case 'consent':
      return consentAnswers.map((answer) => answer.value);
    case 'person': // whoever the call names
    case 'digits':
    case 'voice_message':
      return null;
  }
}

/** Whether somebody could give this answer. */
export function isPossible(
  flow: Pick<FlowDefinition, 'languages'>,
  step: AskingStep,
  value: string,
): boolean {
  const values = possibleAnswers(flow, step);
  if (values !== null) return values.includes(value);
  return (
    step.type === 'person' ||
    step.type === 'voice_message' ||
    (step.type === 'digits' && isAcceptable(step, value))
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
