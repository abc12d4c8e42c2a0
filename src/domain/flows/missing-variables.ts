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
  const known = new Set([
    ...lateNamesOf(flow.steps),
    ...Object.keys(call.variables),
    ...personNames,
    'language',
  ]);
  const sayings = flow.steps.flatMap((step) => behaviourOf(step).sayings(step));
  const spoken = sayings.flatMap((saying) => ('say' in saying ? itemsOf(saying.say) : []));
  const languages = spokenLanguages(flow, call.language);
  const names = spoken.flatMap((item) => languages.flatMap((language) => namesIn(textOf(item, language))));
  return [...new Set(names)].filter((name) => !known.has(name));
}

function textOf(item: SayItem, language: string): string {
  if (typeof item === 'string' || 'pause' in item || 'audio' in item) return '';
  if ('text' in item) return item.text[language] ?? '';
  return Object.values(item).join(' ');
}
