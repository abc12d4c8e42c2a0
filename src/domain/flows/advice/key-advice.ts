import { parseDurationMs } from '../../../lib/duration.ts';
import { pointerTo } from '../../pointer-to.ts';
import { isQuestion } from '../flow-definition.ts';
import type { AdviceRule, FlowAdvice } from './flow-advice.ts';

/** How keys are asked for: few of them, time enough to find them, another try, and one to hear it again. */
export const keyAdvice: readonly AdviceRule[] = [manyOptions, flowKeys, shortTimeouts, singleAttempts];

const mostOptions = 5;
const leastFirstKeyMs = 5_000;

function manyOptions({ flow }: Parameters<AdviceRule>[0]): FlowAdvice[] {
  return flow.definition.steps.flatMap((step, index): FlowAdvice[] => {
    const count = step.type === 'choice' ? Object.keys(step.options).length : 0;
    if (count <= mostOptions) return [];
    return [
      {
        code: 'many_options',
        pointer: pointerTo('steps', index, 'options'),
        detail: `has ${count} options: by the last of them, many people have forgotten the first`,
        suggestion:
          'Offer three, five at the outside; ask in two steps, or begin with the ones that most people take.',
      },
    ];
  });
}

function flowKeys({ flow }: Parameters<AdviceRule>[0]): FlowAdvice[] {
  const { keys, steps } = flow.definition;
  const advice: FlowAdvice[] = [];
  if (keys?.repeat === undefined && steps.some(isQuestion))
    advice.push({
      code: 'no_repeat_key',
      pointer: '/keys',
      detail: 'has no key to hear a question again',
      suggestion: 'Add "repeat": "*", and say it early in the call.',
    });
  if (keys?.opt_out === undefined)
    advice.push({
      code: 'no_opt_out_key',
      pointer: '/keys',
      detail: 'has no key for those who want no more calls: all that they can do is hang up',
      suggestion: 'Add "opt_out": "0" or another key that no question needs.',
    });
  return advice;
}

function shortTimeouts({ flow }: Parameters<AdviceRule>[0]): FlowAdvice[] {
  const { defaults, steps } = flow.definition;
  const given = [
    { pointer: '/defaults/first_key_timeout', timeout: defaults?.first_key_timeout },
    ...steps.map((step, index) => ({
      pointer: pointerTo('steps', index, 'first_key_timeout'),
      timeout: isQuestion(step) ? step.first_key_timeout : undefined,
    })),
  ];
  return given.flatMap(({ pointer, timeout }): FlowAdvice[] => {
    if (timeout === undefined || (parseDurationMs(timeout) ?? Infinity) >= leastFirstKeyMs) return [];
    const detail =
      'leaves less than 5 s to press: who takes the phone from the ear to look for the key is late';
    return [{ code: 'short_first_key_timeout', pointer, detail, suggestion: 'Give 5 to 7 s: "PT6S".' }];
  });
}

function singleAttempts({ flow }: Parameters<AdviceRule>[0]): FlowAdvice[] {
  const { defaults, steps } = flow.definition;
  const given = [
    { pointer: '/defaults/attempts', attempts: defaults?.attempts },
    ...steps.map((step, index) => ({
      pointer: pointerTo('steps', index, 'attempts'),
      attempts: isQuestion(step) ? step.attempts : undefined,
    })),
  ];
  return given
    .filter(({ attempts }) => attempts === 1)
    .map(({ pointer }) => ({
      code: 'single_attempt' as const,
      pointer,
      detail: 'gives a question up at the first wrong key or silence',
      suggestion: 'Ask two or three times.',
    }));
}
