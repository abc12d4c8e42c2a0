import type { PromptName } from '../domain/prompts/library.ts';
import type { PromptVersion } from '../domain/prompts/prompt-version.ts';
import type { Fault } from '../domain/fault.ts';

/** What can be asked about the library of prompts; see `UseCases`. */
export interface PromptUseCases {
  /** A new version of a prompt, of words or of a sound file. */
  storePrompt(request: StorePrompt): Promise<StorePromptResult>;
  /** The newest version, with its sound. */
  readPrompt(name: PromptName): Promise<PromptView | null>;
  /** The newest version of each, by id and language, after the one that the page before ended with. */
  listPrompts(page: { after: PromptName | null; limit: number }): Promise<PromptVersion[]>;
  /** What the phone will hear: a WAV file. */
  hearPrompt(name: PromptName): Promise<Uint8Array | null>;
  deletePrompt(name: PromptName): Promise<DeletePromptResult>;
}

export interface StorePrompt extends PromptName {
  /** `chunks` are those of the sound file; what they throw is thrown. */
  put: { text: string } | { chunks: AsyncIterable<Uint8Array> };
}

export type StorePromptResult =
  | { result: 'stored'; prompt: PromptView; created: boolean }
  /** What its path says cannot name a prompt. */
  | { result: 'misnamed'; faults: { parameter: 'id' | 'language'; detail: string }[] }
  | { result: 'invalid'; faults: Fault[] }
  | { result: 'too_large' };

export interface PromptView extends PromptVersion {
  sound: PromptSound;
}

/** `voice` is null for a recording. */
export type PromptSound =
  | { state: 'ready'; voice: string | null; durationMs: number; loudnessDbfs: number }
  | { state: 'preparing' }
  | { state: 'failed'; detail: string };

export type DeletePromptResult =
  { result: 'deleted' } | { result: 'not_found' } | { result: 'in_use'; flows: string[] };
