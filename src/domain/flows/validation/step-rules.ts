import { type StepDefinition, type StepOf } from '../flow-definition.ts';
import { parseKeyPattern } from '../key-pattern.ts';
import { keys, type Key } from '../keys.ts';
import { againKey, confirmKey } from '../steps/digits-step.ts';
import { consentAnswers } from '../steps/consent-answers.ts';
import { personKeys } from '../steps/person-keys.ts';
import { isTemplate } from '../../prompts/template.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';
import { reviewKeys, usualStopKey } from '../steps/voice-message-step.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { flowKeyFaults, moveFlowKey } from './free-keys.ts';
import { languageFaults } from './language-rules.ts';
import { mendedBraces } from './mended-braces.ts';
import { oneOf, suggestionFrom } from '../../suggest.ts';
import { transferFaults } from './transfer-rules.ts';

/** What one step may say about keys, names and limits. */
export const stepRules: readonly FlowRule[] = [eachStep];

function eachStep(draft: DraftFlow): MendableFault[] {
  return draft.steps.flatMap(({ index, step }) =>
    faultsOf(draft, step).map(({ pointer, ...fault }) => stepFault(index, pointer, fault)),
  );
}

function faultsOf(draft: DraftFlow, step: StepDefinition): MendableFault[] {
  switch (step.type) {
    case 'choice':
      return choiceFaults(draft, step);
    case 'digits':
      return digitsFaults(draft, step);
    case 'language':
      return languageFaults(draft, step);
    case 'person':
      return fixedKeyFaults(draft, personKeys);
    case 'consent':
      return fixedKeyFaults(draft, consentAnswers);
    case 'branch':
      return branchFaults(step);
    case 'voice_message':
      return voiceMessageFaults(draft, step);
    case 'lookup':
      return lookupFaults(step);
    case 'transfer':
      return transferFaults(step);
    case 'message':
    case 'set':
    case 'sub_flow':
    case 'hang_up':
      return [];
  }
}

function choiceFaults(draft: DraftFlow, step: StepOf<'choice'>): MendableFault[] {
  const used = keys.filter((key) => step.options[key] !== undefined);
  const clashes = used.flatMap((key) => flowKeyFaults(draft, key, { pointer: `/options/${key}`, step }));
  const labelled = used.filter((key) => step.options[key]?.label !== undefined);
  const unlabelled = labelled.length === 0 ? [] : used.filter((key) => !labelled.includes(key));
  const values = used.map((key) => step.options[key]?.value);
  return [
    ...clashes,
    ...unlabelled.map((key) => ({
      pointer: `/options/${key}`,
      detail: 'must have a label, since other options have one: else it would not be read out',
      suggestion: `Add "label": { "${draft.frame.languages[0] ?? 'en'}": "…" }, or take the labels of the others out.`,
    })),
    ...(step.correct === undefined || values.includes(step.correct)
      ? []
      : [
          {
            pointer: '/correct',
            detail: 'must be the value of an option',
            suggestion: `Make it ${oneOf(values.filter((value) => value !== undefined))}.`,
            ...suggestionFrom(
              values.filter((value) => value !== undefined),
              step.correct,
            ),
          },
        ]),
    ...(step.correct !== undefined
      ? []
      : (['on_correct', 'on_wrong'] as const).flatMap((field) =>
          step[field] === undefined
            ? []
            : [
                {
                  pointer: `/${field}`,
                  detail: 'is never said: the step has no «correct»',
                  suggestion: `Add "correct": "${values[0] ?? ''}" or the value that is right, or take this out.`,
                },
              ],
        )),
  ];
}

/** Keys that the gateway's own words name. */
function fixedKeyFaults({ frame }: DraftFlow, answers: readonly { key: Key }[]): MendableFault[] {
  const needed = answers.map(({ key }) => key);
  const clash = needed.find((key) => key === frame.keys?.repeat || key === frame.keys?.opt_out);
  return clash === undefined
    ? []
    : [
        {
          pointer: '',
          detail: `needs the keys ${needed.join(', ')}, and the flow has ${clash} for something else`,
          suggestion: moveFlowKey(frame, needed),
        },
      ];
}

function digitsFaults({ frame }: DraftFlow, step: StepOf<'digits'>): MendableFault[] {
  const { min = 1, max, range, terminator, pattern } = step;
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  const faults: MendableFault[] = [];
  if (min > max)
    faults.push({
      pointer: '/min',
      detail: `must not be more than max, which is ${max}`,
      suggestion: `Set "min" to ${max}, or "max" to ${min}.`,
    });
  if (range && range[0] > range[1])
    faults.push({
      pointer: '/range',
      detail: 'must be the least and then the greatest value',
      suggestion: `Write [${range[1]}, ${range[0]}].`,
    });
  else if (range && range[0] >= 10 ** max) {
    faults.push({
      pointer: '/range/0',
      detail: `can never be entered with ${max} digits`,
      suggestion: `Set "max" to ${String(range[1]).length}, or begin the range below ${10 ** max}.`,
    });
  }
  if (range && max > 15)
    faults.push({
      pointer: '/range',
      detail: 'goes with at most 15 digits: beyond that numbers are not exact',
      suggestion: 'Set "max" to 15, or take the range out and check the form with a pattern.',
    });
  if (terminator !== undefined && (terminator === repeat || terminator === optOut)) {
    faults.push({
      pointer: '/terminator',
      detail: 'is the key that the flow has for something else',
      suggestion:
        terminator === '#' ? moveFlowKey(frame, ['#']) : 'Make it «#», or another key that the flow has not.',
    });
  }
  if (step.confirm === true) faults.push(...confirmFaults(frame));
  const parsed = pattern === undefined ? null : parseKeyPattern(pattern);
  if (parsed?.result === 'fault')
    faults.push({
      pointer: '/pattern',
      detail: parsed.detail,
      suggestion: 'Write it of digits, \\d, [1-5], ( | ) and repetitions such as {2,4}: «[6-9]\\d{9}».',
    });
  return faults;
}

function confirmFaults(frame: DraftFlow['frame']): MendableFault[] {
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  const clash = [repeat, optOut].find((key) => key === confirmKey || key === againKey);
  return clash === undefined
    ? []
    : [
        {
          pointer: '/confirm',
          detail: `needs the keys ${confirmKey} and ${againKey}, and the flow has ${clash} for something else`,
          suggestion: moveFlowKey(frame, [confirmKey, againKey]),
        },
      ];
}

function voiceMessageFaults({ frame }: DraftFlow, step: StepOf<'voice_message'>): MendableFault[] {
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  const stopKey = step.stop_key ?? usualStopKey;
  const taken = (key: string): boolean => key === repeat || key === optOut;
  const faults: MendableFault[] = [];
  if (taken(stopKey))
    faults.push({
      pointer: '/stop_key',
      detail: `is ${stopKey}, the key that the flow has for something else`,
      suggestion: moveFlowKey(frame, [stopKey]),
    });
  const clash = step.review === false ? undefined : reviewKeys.find(taken);
  if (clash !== undefined)
    faults.push({
      pointer: '/review',
      detail: `needs the keys ${reviewKeys.join(', ')}, and the flow has ${clash} for something else`,
      suggestion: moveFlowKey(frame, reviewKeys),
    });
  if (step.skip_key !== undefined) faults.push(...skipKeyFaults(step, { stopKey, taken }));
  return faults;
}

function skipKeyFaults(
  step: StepOf<'voice_message'>,
  { stopKey, taken }: { stopKey: string; taken: (key: string) => boolean },
): MendableFault[] {
  const { skip_key: skipKey = '' } = step;
  const isReviewed = step.review !== false && reviewKeys.some((key) => key === skipKey);
  if (skipKey !== stopKey && !isReviewed && !taken(skipKey)) return [];
  return [
    {
      pointer: '/skip_key',
      detail: `is ${skipKey}, a key that means something else while the message is recorded`,
      suggestion: 'Make it «0», or another key that neither the flow nor the message has.',
    },
  ];
}

function lookupFaults(step: StepOf<'lookup'>): MendableFault[] {
  const templates = (['query', 'body'] as const).flatMap((field) =>
    Object.entries(step[field] ?? {})
      .filter(([, template]) => !isTemplate(template))
      .map(([name]) => ({
        pointer: pointerTo(field, name),
        detail: 'has a placeholder that cannot be read; write {{name}}',
        suggestion: mendedBraces,
      })),
  );
  return step.body !== undefined && step.method !== 'POST'
    ? [
        ...templates,
        {
          pointer: '/body',
          detail: 'is only sent with «"method": "POST"»',
          suggestion: 'Put the values into "query", or ask with POST.',
        },
      ]
    : templates;
}

function branchFaults(step: StepOf<'branch'>): MendableFault[] {
  const { on, cases, when } = step;
  if (on !== undefined && when !== undefined)
    return [
      {
        pointer: '/when',
        detail: 'must not stand beside «on»: a branch goes by one of them',
        suggestion: `Take «on» and «cases» out, and write them as conditions: { "if": "${on} = '…'", "next": … }.`,
      },
    ];
  if (on === undefined && when === undefined)
    return [
      {
        pointer: '',
        detail: 'must have «on» with «cases», or «when»',
        suggestion: 'Add "on": the id of a question, and "cases": { "<answer>": "<step>" }.',
      },
    ];
  if (on === undefined && cases !== undefined)
    return [
      {
        pointer: '/cases',
        detail: 'needs «on»',
        suggestion: 'Add "on": the id of the question whose answers these are.',
      },
    ];
  if (on !== undefined && Object.keys(cases ?? {}).length === 0)
    return [
      {
        pointer: '/cases',
        detail: 'must have at least one case',
        suggestion: `Add one: "<answer to ${on}>": "<step>".`,
      },
    ];
  return [];
}
