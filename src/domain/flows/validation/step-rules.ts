import { reservedWords } from '../expressions/expression.ts';
import { isAsking, type StepDefinition, type StepOf } from '../flow-definition.ts';
import { parseKeyPattern } from '../key-pattern.ts';
import { keys, type Key } from '../keys.ts';
import { againKey, confirmKey } from '../steps/digits-step.ts';
import { consentAnswers } from '../steps/consent-answers.ts';
import { personKeys } from '../steps/person-keys.ts';
import { mostUnlisted, offersOf } from '../steps/language-offers.ts';
import { isTemplate } from '../../prompts/template.ts';
import { pointerTo, type FlowFault } from '../fault.ts';
import { reviewKeys, usualStopKey } from '../steps/voice-message-step.ts';
import { stepFault, type DraftFlow, type FlowRule } from './draft-flow.ts';
import { suggestionFrom } from './suggest.ts';

/** What one step may say about keys, names and limits. */
export const stepRules: readonly FlowRule[] = [
  doubleIds,
  reservedNames,
  flowKeys,
  completeAfter,
  doubleLanguages,
  onePersonStep,
  eachStep,
];

function doubleIds({ ids }: DraftFlow): FlowFault[] {
  return ids.flatMap((id, index) =>
    id !== null && ids.indexOf(id) < index
      ? [stepFault(index, '/id', { detail: `is taken already by step ${ids.indexOf(id) + 1}: «${id}»` })]
      : [],
  );
}

function reservedNames({ steps }: DraftFlow): FlowFault[] {
  const isReserved = (name: string): boolean =>
    reservedWords.has(name) || name === 'language' || name === 'score';
  const detail = 'is a word with a meaning of its own in expressions; choose another';
  return steps.flatMap(({ index, step }) => {
    if (isAsking(step) && isReserved(step.id) && !isItsOwn(step))
      return [stepFault(index, '/id', { detail })];
    return namesGiven(step).flatMap(([pointer, name]) => {
      if (isReserved(name)) return [stepFault(index, pointer, { detail })];
      const isTaken = steps.some((other) => isAsking(other.step) && other.step.id === name);
      const hidden = 'is the id of a question, whose answer would hide the variable';
      return isTaken ? [stepFault(index, pointer, { detail: hidden })] : [];
    });
  });
}

/** A language step may be called `language`: its answer is what the word means. */
function isItsOwn(step: StepDefinition): boolean {
  return step.type === 'language' && step.id === 'language';
}

/** Variables to which the step gives a value, and where it says so. */
function namesGiven(step: StepDefinition): [pointer: string, name: string][] {
  if (step.type === 'set') return [['/variable', step.variable]];
  if (step.type !== 'lookup') return [];
  return Object.keys(step.values).map((name) => [pointerTo('values', name), name]);
}

function flowKeys({ frame }: DraftFlow): FlowFault[] {
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  return repeat !== undefined && repeat === optOut
    ? [{ pointer: '/keys/opt_out', detail: 'must not be the same key as «repeat»' }]
    : [];
}

function completeAfter({ frame, ids }: DraftFlow): FlowFault[] {
  const id = frame.complete_after;
  return id === undefined || ids.includes(id)
    ? []
    : [{ pointer: '/complete_after', detail: 'must be the id of a step in the flow' }];
}

function doubleLanguages({ frame: { languages } }: DraftFlow): FlowFault[] {
  return languages.flatMap((language, index) =>
    languages.indexOf(language) < index
      ? [{ pointer: pointerTo('languages', index), detail: 'is in the list already' }]
      : [],
  );
}

/** Who is there is asked in one place: everything behind it is that person's. */
function onePersonStep({ steps }: DraftFlow): FlowFault[] {
  const asking = steps.filter(({ step }) => step.type === 'person');
  return asking.slice(1).map(({ index }) =>
    stepFault(index, '/type', {
      detail: `asks who is there a second time; lead back to «${asking[0]?.step.id ?? ''}» instead`,
    }),
  );
}

function eachStep(draft: DraftFlow): FlowFault[] {
  return draft.steps.flatMap(({ index, step }) =>
    faultsOf(draft, step).map(({ pointer, detail }) => stepFault(index, pointer, { detail })),
  );
}

function faultsOf(draft: DraftFlow, step: StepDefinition): FlowFault[] {
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
    case 'message':
    case 'set':
    case 'sub_flow':
    case 'hang_up':
      return [];
  }
}

function choiceFaults({ frame }: DraftFlow, step: StepOf<'choice'>): FlowFault[] {
  const used = keys.filter((key) => step.options[key] !== undefined);
  const clashes = used.flatMap((key) => flowKeyFaults(frame, key, `/options/${key}`));
  const labelled = used.filter((key) => step.options[key]?.label !== undefined);
  const unlabelled = labelled.length === 0 ? [] : used.filter((key) => !labelled.includes(key));
  const values = used.map((key) => step.options[key]?.value);
  return [
    ...clashes,
    ...unlabelled.map((key) => ({
      pointer: `/options/${key}`,
      detail: 'must have a label, since other options have one: else it would not be read out',
    })),
    ...(step.correct === undefined || values.includes(step.correct)
      ? []
      : [{ pointer: '/correct', detail: 'must be the value of an option' }]),
    ...(step.correct !== undefined
      ? []
      : (['on_correct', 'on_wrong'] as const).flatMap((field) =>
          step[field] === undefined
            ? []
            : [{ pointer: `/${field}`, detail: 'is never said: the step has no «correct»' }],
        )),
  ];
}

/** A key of the step that the flow has for something else. */
function flowKeyFaults({ keys: flowKeys = {} }: DraftFlow['frame'], key: Key, pointer: string): FlowFault[] {
  const meaning = key === flowKeys.repeat ? 'repeat' : key === flowKeys.opt_out ? 'opt_out' : null;
  return meaning === null ? [] : [{ pointer, detail: `uses the key that the flow has for «${meaning}»` }];
}

function languageFaults({ frame, library }: DraftFlow, step: StepOf<'language'>): FlowFault[] {
  if (step.options === undefined && frame.languages.length < 2)
    return [{ pointer: '', detail: 'offers nothing to choose: the flow has one language only' }];
  if (step.options === undefined && frame.languages.length > mostUnlisted)
    return [{ pointer: '', detail: `must have «options»: the flow has more than ${mostUnlisted} languages` }];
  const offers = offersOf(step, frame.languages);
  return offers.flatMap(({ key, language, label }, index) => {
    const pointer = step.options === undefined ? '' : `/options/${key}`;
    const at = step.options === undefined ? '' : `${pointer}/language`;
    const isTwice = offers.findIndex((each) => each.language === language) < index;
    return [
      ...flowKeyFaults(frame, key, pointer).map((fault) => ({
        ...fault,
        ...(step.options === undefined
          ? { detail: `${fault.detail}: key ${key}; choose others in «options»` }
          : {}),
      })),
      ...(frame.languages.includes(language)
        ? []
        : [
            {
              pointer: at,
              detail: 'is no language of the flow',
              ...suggestionFrom(frame.languages, language),
            },
          ]),
      ...(isTwice ? [{ pointer: at, detail: 'is offered twice' }] : []),
      ...(label === null && !library.hasWords(language)
        ? [{ pointer: at, detail: `has no built-in words to offer «${language}» with; give it a «label»` }]
        : []),
    ];
  });
}

/** Keys that the gateway's own words name. */
function fixedKeyFaults({ frame }: DraftFlow, answers: readonly { key: Key }[]): FlowFault[] {
  const needed = answers.map(({ key }) => key);
  const clash = needed.find((key) => key === frame.keys?.repeat || key === frame.keys?.opt_out);
  return clash === undefined
    ? []
    : [
        {
          pointer: '',
          detail: `needs the keys ${needed.join(', ')}, and the flow has ${clash} for something else`,
        },
      ];
}

function digitsFaults({ frame }: DraftFlow, step: StepOf<'digits'>): FlowFault[] {
  const { min = 1, max, range, terminator, pattern } = step;
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  const faults: FlowFault[] = [];
  if (min > max) faults.push({ pointer: '/min', detail: `must not be more than max, which is ${max}` });
  if (range && range[0] > range[1])
    faults.push({ pointer: '/range', detail: 'must be the least and then the greatest value' });
  else if (range && range[0] >= 10 ** max) {
    faults.push({ pointer: '/range/0', detail: `can never be entered with ${max} digits` });
  }
  if (range && max > 15)
    faults.push({
      pointer: '/range',
      detail: 'goes with at most 15 digits: beyond that numbers are not exact',
    });
  if (terminator !== undefined && (terminator === repeat || terminator === optOut)) {
    faults.push({ pointer: '/terminator', detail: 'is the key that the flow has for something else' });
  }
  if (step.confirm === true) faults.push(...confirmFaults(repeat, optOut));
  const parsed = pattern === undefined ? null : parseKeyPattern(pattern);
  if (parsed?.result === 'fault') faults.push({ pointer: '/pattern', detail: parsed.detail });
  return faults;
}

function confirmFaults(repeat: string | undefined, optOut: string | undefined): FlowFault[] {
  const clash = [repeat, optOut].find((key) => key === confirmKey || key === againKey);
  return clash === undefined
    ? []
    : [
        {
          pointer: '/confirm',
          detail: `needs the keys ${confirmKey} and ${againKey}, and the flow has ${clash} for something else`,
        },
      ];
}

function voiceMessageFaults({ frame }: DraftFlow, step: StepOf<'voice_message'>): FlowFault[] {
  const { repeat, opt_out: optOut } = frame.keys ?? {};
  const stopKey = step.stop_key ?? usualStopKey;
  const taken = (key: string): boolean => key === repeat || key === optOut;
  const faults: FlowFault[] = [];
  if (taken(stopKey))
    faults.push({
      pointer: '/stop_key',
      detail: `is ${stopKey}, the key that the flow has for something else`,
    });
  const clash = step.review === false ? undefined : reviewKeys.find(taken);
  if (clash !== undefined)
    faults.push({
      pointer: '/review',
      detail: `needs the keys ${reviewKeys.join(', ')}, and the flow has ${clash} for something else`,
    });
  return faults;
}

function lookupFaults(step: StepOf<'lookup'>): FlowFault[] {
  const templates = (['query', 'body'] as const).flatMap((field) =>
    Object.entries(step[field] ?? {})
      .filter(([, template]) => !isTemplate(template))
      .map(([name]) => ({
        pointer: pointerTo(field, name),
        detail: 'has a placeholder that cannot be read; write {{name}}',
      })),
  );
  return step.body !== undefined && step.method !== 'POST'
    ? [...templates, { pointer: '/body', detail: 'is only sent with «"method": "POST"»' }]
    : templates;
}

function branchFaults(step: StepOf<'branch'>): FlowFault[] {
  const { on, cases, when } = step;
  if (on !== undefined && when !== undefined)
    return [{ pointer: '/when', detail: 'must not stand beside «on»: a branch goes by one of them' }];
  if (on === undefined && when === undefined)
    return [{ pointer: '', detail: 'must have «on» with «cases», or «when»' }];
  if (on === undefined && cases !== undefined) return [{ pointer: '/cases', detail: 'needs «on»' }];
  if (on !== undefined && Object.keys(cases ?? {}).length === 0)
    return [{ pointer: '/cases', detail: 'must have at least one case' }];
  return [];
}
