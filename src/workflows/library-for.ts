import type { PromptStore } from '../db/prompt-store.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import { namedPrompts } from '../domain/flows/named-prompts.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { libraryOf } from '../domain/prompts/library.ts';

/** Which prompts there are, for a flow; the database is asked only where the flow speaks any of the library. */
export async function libraryFor(
  { words, prompts }: { words: BuiltInWords; prompts: Pick<PromptStore, 'names'> },
  flow: FlowDefinition,
): Promise<(id: string, language: string) => boolean> {
  const library = libraryOf(words, namedPrompts(flow).length > 0 ? await prompts.names() : []);
  return (id, language) => library.has(id, language);
}
