import { deletePrompt, hearPrompt, readPrompt, type ManagePromptDependencies } from './manage-prompts.ts';
import type { PromptUseCases } from './prompt-use-cases.ts';
import { storePrompt, type StorePromptDependencies } from './store-prompt.ts';

export type PromptUseCaseDependencies = StorePromptDependencies & ManagePromptDependencies;

export function createPromptUseCases(deps: PromptUseCaseDependencies): PromptUseCases {
  return {
    storePrompt: (request) => storePrompt(deps, request),
    readPrompt: (name) => readPrompt(deps, name),
    listPrompts: (page) => deps.prompts.list(page),
    hearPrompt: (name) => hearPrompt(deps, name),
    deletePrompt: (name) => deletePrompt(deps, name),
  };
}
