import type { LocalText, Say } from '../prompts/say.ts';
import type { Voice } from '../prompts/speak.ts';
import type { SpokenPart } from '../prompts/spoken-part.ts';
import type { Flow } from './compile-flow.ts';
import type { Key } from './flow-definition.ts';
import type { Knowledge } from './flow-values.ts';
import type { Turn } from './turn.ts';

/**
 * What the engine does after a step had its say: wait for the next input (`stay`), ask the question of the present step (`ask`), confirm an
 * opt-out, or go to another step (null is the end of the flow).
 */
export type Onward = 'stay' | 'ask' | 'opt_out' | { goTo: string | null };

/** All that a type of step knows about itself. A new type is a file with one of these and a line in `step-behaviours.ts`. */
export interface StepBehaviour<S> {
  /** Comes to the step: speaks, goes on at once, or says that it wants to ask. */
  enter(turn: Turn, step: S): Onward;
  /** Says the step's own words, also again. */
  ask(turn: Turn, step: S): Onward;
  /** Whether the key means something to the step right now; flow keys act only where it does not. */
  owns(turn: Turn, step: S, key: Key): boolean;
  /** A key that is the step's own, or wrong. */
  takeKey(turn: Turn, step: S, key: Key): Onward;
  /** The step's words are over. */
  promptEnded(turn: Turn, step: S): Onward;
  /** The limit for a key is over. */
  silence(turn: Turn, step: S): Onward;

  /** Where the flow goes from here with what is known; `set` also sets its variable in `knowledge.variables`. Null is the end. */
  leave(flow: Flow, step: S, knowledge: Knowledge): string | null;

  /** What the step can say, beside the words of the gateway: for validation and for rendering. */
  sayings(step: S): Saying[];
  /** The step's own words as they sound. */
  ownWords(flow: Flow, step: S, voice: Voice): SpokenPart[];
  /** Sounds that the step can need beside its sayings and own words. */
  otherWords(flow: Flow, step: S, voice: Voice): SpokenPart[];
  /** Every way out. */
  exits(step: S): Exit[];
}

/** `pointer` is relative to the step: `/on_correct/say`. */
export type Saying = { pointer: string; say: Say } | { pointer: string; label: LocalText };

export interface Exit {
  pointer: string;
  /** As it is written; undefined where nothing is, which means `next`. */
  target: string | undefined;
  /** Whether somebody must press a key to go this way. */
  needsKey: boolean;
}
