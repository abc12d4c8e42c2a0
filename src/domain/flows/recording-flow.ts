import { checkSpeakable } from '../prompts/check-speakable.ts';
import type { SayItem } from '../prompts/say.ts';
import { builtInPromptIds } from '../prompts/built-in-words.ts';
import type { FlowDefinition, StepDefinition, StepOf } from './flow-definition.ts';

/** A prompt that a person is asked to say. */
export interface PromptToRecord {
  id: string;
  /** Whether it can be heard as it is: in the voice that speaks it now, or in an earlier recording. */
  isHeard: boolean;
}

/** A recording asks for two minutes at the most: what is longer is no prompt. */
const longestPrompt = 'PT2M';
/** Whoever speaks a prompt does not pause for longer in it. */
const endingSilence = 'PT3S';
const betweenNumberAndWords = 'PT0.5S';

/**
 * The flow of a call that records prompts: says of each its number and its words, lets the person say them, plays that back, and keeps it when they
 * agree.
 */
export function recordingFlow(asked: {
  title: string;
  language: string;
  prompts: readonly PromptToRecord[];
}): FlowDefinition {
  const { title, language, prompts } = asked;
  return {
    title: `Recording: ${title}`.slice(0, 200),
    languages: [language],
    keys: { repeat: '*' },
    steps: [
      { id: 'intro', type: 'message', say: 'system.record_prompts_intro' },
      ...prompts.map((prompt, index) => recordingStep(prompt, { number: index + 1, language })),
      { id: 'thanks', type: 'message', say: ['system.thank_you', 'system.goodbye'] },
    ],
  };
}

/** Numbers as the person hears them, with the prompts that they stand for. */
export function recordedPrompts(flow: FlowDefinition): { number: number; id: string }[] {
  const ids = flow.steps.flatMap((step) => promptIdOf(step) ?? []);
  return ids.map((id, index) => ({ number: index + 1, id }));
}

/** Whether what people say in the flow is spoken to others. */
export function recordsPrompts(flow: FlowDefinition): boolean {
  return flow.steps.some((step) => promptIdOf(step) !== undefined);
}

/** The prompt that what is said at this step becomes. */
export function promptIdOf(step: StepDefinition | undefined): string | undefined {
  return step?.type === 'voice_message' ? step.kept_as_prompt : undefined;
}

function recordingStep(
  prompt: PromptToRecord,
  place: { number: number; language: string },
): StepOf<'voice_message'> {
  const number = String(place.number);
  return {
    id: `prompt-${number}`,
    type: 'voice_message',
    say: [{ number }, { pause: betweenNumberAndWords }, ...wordsOf(prompt, place.language)],
    max_duration: longestPrompt,
    max_silence: endingSilence,
    play_back: true,
    skip_key: '0',
    read_reference: false,
    kept_as_prompt: prompt.id,
  };
}

/** Of what nobody has written down there is only the name, if a voice of the language can read it; else the number alone. */
function wordsOf({ id, isHeard }: PromptToRecord, language: string): SayItem[] {
  if (isHeard || builtInPromptIds.has(id)) return [id];
  const name = id.replaceAll(/[._-]+/g, ' ').trim();
  return checkSpeakable(name, language).length === 0 ? [{ text: { [language]: name } }] : [];
}
