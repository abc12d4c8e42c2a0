import { itemsOf, type SayItem } from '../../prompts/say.ts';
import { namesIn } from '../../prompts/template.ts';
import { lateNamesOf, personNames } from '../compile-flow.ts';
import { namesOf } from '../expressions/expression.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { pointerTo } from '../../pointer-to.ts';
import type { FlowDefinition, StepDefinition } from '../flow-definition.ts';
import { behaviourOf } from '../step-behaviours.ts';
import { suggestionFrom } from '../../suggest.ts';
import type { AdvisedFlow, AdviceRule, FlowAdvice } from './flow-advice.ts';

/**
 * Names that branches, expressions and look-ups read, that nothing in the flow gives a value, and that are nearly one that it knows. Calls may
 * bring them along, so they are no fault; where they are misspelt, the branch would never be taken, and nobody would hear why.
 */
export const nameAdvice: readonly AdviceRule[] = [misspeltNames];

interface ReadName {
  name: string;
  pointer: string;
}

/** Told once of each, where it is read first. */
function misspeltNames({ flow: { definition } }: AdvisedFlow): FlowAdvice[] {
  const known = knownNames(definition);
  return definition.steps.flatMap((step, index) =>
    readNames(step).flatMap(({ name, pointer }) => {
      if (known.has(name)) return [];
      const { suggestion } = suggestionFrom([...known], name);
      known.add(name);
      if (suggestion === undefined) return [];
      const detail = `reads «${name}», which nothing in the flow gives a value: it is unknown in each call that does not bring it as a variable`;
      return [
        {
          ...({ code: 'name_unknown', pointer: `${pointerTo('steps', index)}${pointer}`, detail } as const),
          suggestion: `${suggestion} Where calls bring «${name}», leave it.`,
        },
      ];
    }),
  );
}

/** What a call must bring, since it is spoken, is known too. */
function knownNames({ steps, public_variables: declared = [] }: FlowDefinition): Set<string> {
  const sayings = steps.flatMap((step) => behaviourOf(step).sayings(step));
  const spoken = sayings.flatMap((saying) =>
    'say' in saying ? itemsOf(saying.say).flatMap(namesOfItem) : [],
  );
  return new Set([...lateNamesOf(steps), ...personNames, 'language', ...declared, ...spoken]);
}

function namesOfItem(item: SayItem): string[] {
  if (typeof item === 'string' || 'pause' in item || 'audio' in item) return [];
  return Object.values('text' in item ? item.text : item).flatMap(namesIn);
}

function readNames(step: StepDefinition): ReadName[] {
  switch (step.type) {
    case 'set':
      return inExpression('/value', step.value);
    case 'lookup':
      return (['query', 'body'] as const).flatMap((part) =>
        Object.entries(step[part] ?? {}).flatMap(([field, text]) =>
          namesIn(text).map((name) => ({ name, pointer: pointerTo(part, field) })),
        ),
      );
    case 'branch':
      return [
        ...(step.when ?? []).flatMap((condition, at) =>
          inExpression(pointerTo('when', at, 'if'), condition.if),
        ),
        ...(step.on === undefined ? [] : [{ name: step.on, pointer: '/on' }]),
      ];
    default:
      return [];
  }
}

function inExpression(pointer: string, text: string): ReadName[] {
  const parsed = parseExpression(text);
  return parsed.result === 'expression' ? namesOf(parsed.expression).map((name) => ({ name, pointer })) : [];
}
