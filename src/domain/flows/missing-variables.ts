import { itemsOf, type SayItem } from '../prompts/say.ts';
import { namesIn } from '../prompts/template.ts';
import { lateNamesOf, personNames } from './compile-flow.ts';
import { spokenLanguages } from './collect-spoken-parts.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { behaviourOf } from './step-behaviours.ts';

/**
 * Names that the flow speaks of in this language and that nothing gives a value to: neither the request nor the call itself. They would be
 * gaps in what the person hears.
 */
export function missingVariables(
  flow: FlowDefinition,
  call: { language: string; variables: Readonly<Record<string, unknown>> },
): string[] {
  return neededNames(flow, call.language).filter((name) => !Object.hasOwn(call.variables, name));
}

/** By flow and language: an upload asks for the same ones a hundred thousand times. */
const needed = new WeakMap<FlowDefinition, Map<string, readonly string[]>>();

function neededNames(flow: FlowDefinition, language: string): readonly string[] {
  const ofFlow = needed.get(flow) ?? new Map<string, readonly string[]>();
  const names = ofFlow.get(language) ?? findNeededNames(flow, language);
  // as many languages as it has, whatever is asked for
  if (flow.languages.includes(language)) needed.set(flow, ofFlow.set(language, names));
  return names;
}

function findNeededNames(flow: FlowDefinition, language: string): string[] {
  const known = new Set([...lateNamesOf(flow.steps), ...personNames, 'language']);
  const sayings = flow.steps.flatMap((step) => behaviourOf(step).sayings(step));
  const spoken = sayings.flatMap((saying) => ('say' in saying ? itemsOf(saying.say) : []));
  const languages = spokenLanguages(flow, language);
  const names = spoken.flatMap((item) => languages.flatMap((language) => namesIn(textOf(item, language))));
  return [...new Set(names)].filter((name) => !known.has(name));
}

function textOf(item: SayItem, language: string): string {
  if (typeof item === 'string' || 'pause' in item || 'audio' in item) return '';
  if ('text' in item) return item.text[language] ?? '';
  return Object.values(item).join(' ');
}
