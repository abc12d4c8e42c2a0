import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PersonalRendition } from '../db/forget-calls.ts';
import type { Call } from '../domain/calls/call.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { TextPart } from '../domain/prompts/spoken-part.ts';
import type { Clock } from '../lib/clock.ts';
import { removePersonalSound } from '../speech/remove-personal-sound.ts';
import { leaseMs } from '../speech/rendition-store.ts';
import type { RenditionCache } from '../speech/rendition-cache.ts';
import type { PersonalSounds } from './erase-persons.ts';
import { personalTexts } from './prepare-call.ts';

export interface PersonalSoundsDependencies {
  words: BuiltInWords;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  /** Of each codec. */
  renditions: readonly Pick<RenditionCache, 'personalFiles'>[];
  dataDir: string;
  clock: Clock;
}

/** What was not used for so long has been swept, or is about to be. */
const sweptAfterMs = 2 * leaseMs;

/** Finds what was spoken to one person alone by making the words of their call again: no table says whose a sound is. */
export function createPersonalSounds(deps: PersonalSoundsDependencies): PersonalSounds {
  return {
    of: (call, salt) => soundsOf(deps, call, salt),
    remove: (sound, isNeeded) => removePersonalSound(join(deps.dataDir, sound), isNeeded),
  };
}

async function soundsOf(
  { words, flowOf, renditions, clock }: PersonalSoundsDependencies,
  call: Call,
  salt: string,
): Promise<PersonalRendition[]> {
  const values = [...Object.values(call.variables), ...call.people.map(({ name }) => name)]
    .map(String)
    .filter((value) => value !== '');
  if (values.length === 0 || isSwept(call, clock.now())) return [];
  const texts = personalTexts(words, { call, flow: await flowOf(call.flow) });
  return texts.flatMap((part) => {
    const hashes = valuesIn(part, values).map((value) => hashOf(salt, value));
    // a figure that somebody is told is nobody's name: its sound goes when it was not used for a while
    if (hashes.length === 0) return [];
    const files = renditions.flatMap((cache) => cache.personalFiles(part));
    return files.map((sound) => ({ sound, words: hashes }));
  });
}

function isSwept({ state }: Call, now: number): boolean {
  return state.status === 'ended' && state.endedAt < now - sweptAfterMs;
}

function valuesIn({ text }: TextPart, values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => text.includes(value)))];
}

function hashOf(salt: string, value: string): string {
  return createHash('sha256').update(`${salt}${value}`).digest('hex');
}
