import type { StepDefinition, StepOf, StepType } from './flow-definition.ts';
import type { StepBehaviour } from './step-behaviour.ts';
import { branchStep } from './steps/branch-step.ts';
import { choiceStep } from './steps/choice-step.ts';
import { consentStep } from './steps/consent-step.ts';
import { digitsStep } from './steps/digits-step.ts';
import { hangUpStep } from './steps/hang-up-step.ts';
import { languageStep } from './steps/language-step.ts';
import { lookupStep } from './steps/lookup-step.ts';
import { messageStep } from './steps/message-step.ts';
import { personStep } from './steps/person-step.ts';
import { setStep } from './steps/set-step.ts';
import { subFlowStep } from './steps/sub-flow-step.ts';
import { transferStep } from './steps/transfer-step.ts';
import { voiceMessageStep } from './steps/voice-message-step.ts';

/** Every type of step and how it behaves; the compiler refuses a forgotten one. */
const stepBehaviours: { readonly [T in StepType]: StepBehaviour<StepOf<T>> } = {
  message: messageStep,
  choice: choiceStep,
  digits: digitsStep,
  language: languageStep,
  person: personStep,
  consent: consentStep,
  voice_message: voiceMessageStep,
  branch: branchStep,
  set: setStep,
  sub_flow: subFlowStep,
  lookup: lookupStep,
  transfer: transferStep,
  hang_up: hangUpStep,
};

/** How this step behaves. The caller passes the very step on to it, so its type and the behaviour's are one. */
export function behaviourOf(step: StepDefinition): StepBehaviour<StepDefinition> {
  return stepBehaviours[step.type];
}
