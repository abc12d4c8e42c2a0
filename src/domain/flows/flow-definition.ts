import { z } from 'zod';
import { plainText } from '../plain-text.ts';
import { languageTag } from '../prompts/say.ts';
import { branchDefinition } from './steps/branch-definition.ts';
import { choiceDefinition } from './steps/choice-definition.ts';
import { consentDefinition } from './steps/consent-definition.ts';
import { digitsDefinition } from './steps/digits-definition.ts';
import { hangUpDefinition } from './steps/hang-up-definition.ts';
import { languageDefinition } from './steps/language-definition.ts';
import { lookupDefinition } from './steps/lookup-definition.ts';
import { messageDefinition } from './steps/message-definition.ts';
import { personDefinition } from './steps/person-definition.ts';
import { setDefinition } from './steps/set-definition.ts';
import { subFlowDefinition } from './steps/sub-flow-definition.ts';
import { voiceMessageDefinition } from './steps/voice-message-definition.ts';
import { transferDefinition } from './steps/transfer-definition.ts';
import { attempts, firstKeyTimeout, key, nextKeyTimeout, stepId } from './steps/step-fields.ts';

export { keys } from './keys.ts';
export type { Key } from './keys.ts';

/**
 * A flow as it is written: one JSON document, the same for a broadcast, a quiz, a survey, a helpline and a call-back. The schema
 * knows the shape; `validate-flow.ts` knows what makes a flow playable.
 */
export interface FlowReference {
  id: string;
  version: number;
}

export const maxSteps = 500;

/** Every type of step that this version can play. */
export const stepDefinitions = {
  message: messageDefinition,
  choice: choiceDefinition,
  digits: digitsDefinition,
  language: languageDefinition,
  person: personDefinition,
  consent: consentDefinition,
  voice_message: voiceMessageDefinition,
  branch: branchDefinition,
  set: setDefinition,
  sub_flow: subFlowDefinition,
  lookup: lookupDefinition,
  transfer: transferDefinition,
  hang_up: hangUpDefinition,
};
export type StepType = keyof typeof stepDefinitions;

export const stepDefinition = z.discriminatedUnion('type', [
  messageDefinition,
  choiceDefinition,
  digitsDefinition,
  languageDefinition,
  personDefinition,
  consentDefinition,
  voiceMessageDefinition,
  branchDefinition,
  setDefinition,
  subFlowDefinition,
  lookupDefinition,
  transferDefinition,
  hangUpDefinition,
]);
export type StepDefinition = z.infer<typeof stepDefinition>;

/** A step of one type. */
export type StepOf<T extends StepType> = Extract<StepDefinition, { type: T }>;

const flowFields = {
  title: plainText({ min: 1, max: 200 }),
  languages: z.array(languageTag).min(1).max(50),
  keys: z.strictObject({ repeat: key.optional(), opt_out: key.optional() }).optional(),
  complete_after: stepId.optional(),
  /** Variables that tell nothing of a person: they may be spoken before it is known who is there, and before a consent. */
  public_variables: z
    .array(plainText({ min: 1, max: 64 }))
    .max(100)
    .optional(),
  defaults: z
    .strictObject({
      first_key_timeout: firstKeyTimeout.optional(),
      next_key_timeout: nextKeyTimeout.optional(),
      attempts: attempts.optional(),
      type_ahead: z.boolean().optional(),
    })
    .optional(),
};

export const flowDefinition = z.strictObject({
  ...flowFields,
  steps: z.array(stepDefinition).min(1).max(maxSteps),
});
export type FlowDefinition = z.infer<typeof flowDefinition>;

/** The same with its steps unread, so that each can be judged by itself. */
export const flowFrame = z.strictObject({ ...flowFields, steps: z.array(z.unknown()).min(1).max(maxSteps) });

/** Steps that wait for an answer and record it. */
const askingTypes = [
  'choice',
  'digits',
  'language',
  'person',
  'consent',
  'voice_message',
] as const satisfies StepType[];
export type AskingStep = StepOf<(typeof askingTypes)[number]>;

export function isAsking(step: StepDefinition): step is AskingStep {
  return askingTypes.some((type) => type === step.type);
}

/** Those without whose answers a call is not completed. Who chooses no language goes on in the call's. */
export type QuestionStep = StepOf<'choice' | 'digits' | 'consent' | 'voice_message'>;

export function isQuestion(step: StepDefinition): step is QuestionStep {
  return ['choice', 'digits', 'consent', 'voice_message'].includes(step.type);
}

/** Ids of the steps that record an answer, in the flow's order. */
export function questionIds(flow: FlowDefinition): string[] {
  return flow.steps.filter(isAsking).map((step) => step.id);
}
