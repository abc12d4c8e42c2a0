import { namedPrompts } from '../domain/flows/named-prompts.ts';
import { builtInPromptIds } from '../domain/prompts/built-in-words.ts';
import type { PromptName } from '../domain/prompts/library.ts';
import { languagesToTry } from '../domain/prompts/prompt-version.ts';
import type { Clock } from '../lib/clock.ts';
import type { FlowStore } from '../db/flow-store.ts';
import type { PromptStore } from '../db/prompt-store.ts';
import { writeWav } from '../speech/wav.ts';
import { describePrompt, soundPartOf, type DescribePromptDependencies } from './describe-prompt.ts';
import type { DeletePromptResult, PromptView } from './prompt-use-cases.ts';

export interface ManagePromptDependencies extends DescribePromptDependencies {
  prompts: Pick<PromptStore, 'get' | 'list' | 'delete'>;
  flows: Pick<FlowStore, 'flowsWith'>;
  clock: Clock;
}

/** The newest version, with its sound; null where there is none. */
export async function readPrompt(
  deps: ManagePromptDependencies,
  name: PromptName,
): Promise<PromptView | null> {
  const prompt = await deps.prompts.get(name);
  return prompt && describePrompt(deps, prompt);
}

/** What the phone will hear of the newest version, as a WAV file. @throws SpeechFault where it cannot be made */
export async function hearPrompt(deps: ManagePromptDependencies, name: PromptName): Promise<Buffer | null> {
  const prompt = await deps.prompts.get(name);
  if (prompt === null) return null;
  const rendition = await deps.sounds.renditionOf(soundPartOf(prompt));
  return writeWav({ samples: await deps.sounds.samplesOf(rendition), rateHz: deps.sounds.rateHz });
}

/**
 * Takes a prompt out of the library, for calls that are accepted from now on. One that a stored flow speaks stays: its calls would have
 * nothing to say.
 */
export async function deletePrompt(
  deps: ManagePromptDependencies,
  { id, language }: PromptName,
): Promise<DeletePromptResult> {
  const flows = builtInPromptIds.has(id) ? [] : await deps.flows.flowsWith(id);
  const needing = flows.filter(
    ({ definition }) =>
      namedPrompts(definition).includes(id) &&
      definition.languages.some((each) => languagesToTry(each).includes(language)),
  );
  if (needing.length > 0 && (await deps.prompts.get({ id, language })) !== null)
    return { result: 'in_use', flows: needing.map((flow) => flow.id) };
  return { result: await deps.prompts.delete({ id, language, at: deps.clock.now() }) };
}
