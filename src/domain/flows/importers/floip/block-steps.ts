import { keys } from '../../keys.ts';
import { mostDigits } from '../../steps/digits-definition.ts';
import type { StepDraft } from '../import-note.ts';
import { flowIdOf } from '../name-pool.ts';
import { parseForeignExpression } from '../foreign-expression.ts';
import { cutText } from '../storable-text.ts';
import { writeExpression } from '../write-expression.ts';
import {
  branchAlong,
  defaultDestination,
  holdsFor,
  testedExits,
  writeTest,
  type TargetOf,
  type TestedExit,
} from './block-exits.ts';
import { note, resolveName, type FloipBuilder } from './floip-builder.ts';
import { labelOfResource, wordsOfResource, type FloipSay } from './floip-words.ts';
import { listIn, recordIn, textIn, type FloipBlock } from './read-container.ts';

/** The steps of a block once it is known where its exits lead; null where the block is passed over. */
export type BlockSteps = ((targetOf: TargetOf) => StepDraft[]) | null;

/** Digits alone: `*` repeats, `#` ends an entry. */
const optionKeys = keys.slice(0, 10);

export function stepsOfBlock(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  noteProperties(builder, block);
  switch (plainType(block.type)) {
    case 'Message':
      return message(builder, block, id);
    case 'SelectOneResponse':
      return choice(builder, block, id);
    case 'NumericResponse':
      return digits(builder, block, id);
    case 'OpenResponse':
      return voiceMessage(builder, block, id);
    case 'Case':
      return branchOf(builder, block, id);
    case 'Output':
      return output(builder, block, id);
    case 'RunFlow':
      return subFlow(builder, block, id);
    case 'Log':
      note(builder, block, {
        kind: 'not_needed',
        detail: 'A call has a timeline of its own; nothing is written to a log.',
      });
      return null;
    default:
      note(builder, block, { kind: 'left_out', detail: whyNot(block.type), ...wayOn });
      return null;
  }
}

const wayOn = { suggestion: 'The call goes on along its default exit.' };

/** `MobilePrimitives.Message`, and `MessagePrimitives.Message` as some programs write it. */
export function plainType(type: string): string {
  return /^(?:MobilePrimitives|MessagePrimitives|Core)[.\\](\w+)$/.exec(type)?.[1] ?? '';
}

function whyNot(type: string): string {
  const known: Readonly<Record<string, string>> = {
    SelectManyResponses: 'Several answers to one question cannot be given with a key.',
    SetContactProperty: 'The gateway keeps no properties of people; the responses are reported instead.',
    SetGroupMembership: 'The gateway keeps no groups of people.',
    Webhook: 'A request to another program is not carried over; the step «lookup» does the like.',
  };
  return (
    known[plainType(type)] ?? `Blocks of the type «${type.slice(0, 100)}» have no place in a phone call.`
  );
}

function message(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const say = promptOf(builder, block, id);
  if (say === null) return null;
  const destination = defaultDestination(block);
  return (targetOf) => [{ id, type: 'message', say, next: targetOf(destination) }];
}

function digits(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const say = promptOf(builder, block, id);
  if (say === null) return null;
  const { config } = block;
  const most = numberIn(ivrOf(config)['max_digits']);
  const least = Math.max(0, Math.ceil(numberIn(config['validation_minimum']) ?? 0));
  const bound = numberIn(config['validation_maximum']);
  const greatest = bound === null ? null : Math.floor(bound);
  if (greatest !== null && (greatest < least || greatest > 999_999_999_999_999)) {
    note(builder, block, { kind: 'left_out', detail: 'The bounds cannot be keyed in; any number is taken.' });
    return asked(builder, block, { id, type: 'digits', say, max: 10, terminator: '#' });
  }
  const max = Math.min(
    15,
    mostDigits,
    Math.max(String(least).length, most ?? String(greatest ?? 9_999_999_999).length),
  );
  const isBounded = greatest !== null || least > 0;
  return asked(builder, block, {
    id,
    type: 'digits',
    say,
    max,
    ...(max > 1 ? { terminator: '#' } : {}),
    ...(isBounded ? { range: [least, Math.min(greatest ?? Infinity, 10 ** max - 1)] } : {}),
  });
}

function voiceMessage(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const say = promptOf(builder, block, id);
  if (say === null) return null;
  const ivr = ivrOf(block.config);
  const seconds = numberIn(ivr['max_duration_seconds']);
  const stops = textIn(ivr['end_recording_digits']);
  const stopKey = keys.findLast((key) => stops.includes(key)) ?? '#';
  return asked(builder, block, {
    id,
    type: 'voice_message',
    say,
    stop_key: stopKey === '*' ? '#' : stopKey,
    ...(seconds === null ? {} : { max_duration: `PT${Math.min(300, Math.max(1, Math.round(seconds)))}S` }),
  });
}

/** A question whose exits are decided after it was answered. */
function asked(builder: FloipBuilder, block: FloipBlock, step: StepDraft): BlockSteps {
  const exits = testedExits(builder, block);
  const otherwise = defaultDestination(block);
  const branchId = exits.length === 0 ? '' : builder.ids.take(`${step.id}_exits`, 'exits');
  return (targetOf) => {
    const branch = branchAlong(branchId, exits, { otherwise, targetOf });
    const next = branch[0]?.id ?? targetOf(otherwise);
    return [{ ...step, next, give_up: targetOf(otherwise) }, ...branch];
  };
}

interface FloipChoice {
  name: string;
  prompt: unknown;
  test: string;
}

function choice(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const choices = choicesOf(block);
  const byKey = keyed(builder, block, { choices, id });
  if (byKey === null) {
    const detail =
      choices.length === 0
        ? 'The question has no choices.'
        : `The question has ${choices.length} choices, and a phone has ten keys for them.`;
    note(builder, block, { kind: 'left_out', detail, ...wayOn });
    return null;
  }
  const words = choiceWords(builder, block, { byKey, id });
  if (words === null) return null;
  const exits = testedExits(builder, block);
  const otherwise = defaultDestination(block);
  const isStatic = exits.every(({ test }) =>
    choices.every(({ name }) => holdsFor(test, { id, value: name }) !== null),
  );
  if (isStatic) return staticChoice(byKey, words, { id, exits, otherwise });
  const options = Object.fromEntries(
    byKey.map(([key, { name }]) => [key, { value: name, ...labelled(words, name) }]),
  );
  return asked(builder, block, { id, type: 'choice', say: words.say, options });
}

interface ChoiceWords {
  say: FloipSay | FloipSay[];
  /** By choice; null where the words have the choices already. */
  labels: ReadonlyMap<string, Record<string, string>> | null;
}

/** Where the tests look at this answer alone, each option knows where it leads. */
function staticChoice(
  byKey: readonly (readonly [string, FloipChoice])[],
  words: ChoiceWords,
  { id, exits, otherwise }: { id: string; exits: readonly TestedExit[]; otherwise: string | null },
): BlockSteps {
  const destinationOf = (value: string): string | null => {
    const exit = exits.find(({ test }) => holdsFor(test, { id, value }) === true);
    return exit === undefined ? otherwise : exit.destination;
  };
  return (targetOf) => [
    {
      id,
      type: 'choice',
      say: words.say,
      options: Object.fromEntries(
        byKey.map(([key, { name }]) => [
          key,
          { value: name, ...labelled(words, name), next: targetOf(destinationOf(name)) },
        ]),
      ),
      give_up: targetOf(otherwise),
    },
  ];
}

function labelled({ labels }: ChoiceWords, name: string): { label?: Record<string, string> } {
  const label = labels?.get(name);
  return label === undefined ? {} : { label };
}

/** A list of choices, or, as the first drafts of the standard had it, resources by name. */
function choicesOf({ config }: FloipBlock): FloipChoice[] {
  const listed = Array.isArray(config['choices'])
    ? listIn(config['choices']).map((value) => {
        const fields = recordIn(value);
        const test = textIn(recordIn(fields['ivr_test'])['test_expression']);
        return { name: textIn(fields['name']), prompt: fields['prompt'], test };
      })
    : Object.entries(recordIn(config['choices'])).map(([name, prompt]) => ({ name, prompt, test: '' }));
  const named = listed
    .filter(({ name }) => name.trim() !== '')
    .map((each) => ({ ...each, name: cutText(each.name.replaceAll(/\s+/g, ' ').trim(), 100) }));
  return [...new Map(named.map((each) => [each.name, each])).values()];
}

/** The key of each choice: that of its test for IVR, else the next that is free. Null where there are more choices than keys. */
function keyed(
  builder: FloipBuilder,
  block: FloipBlock,
  { choices, id }: { choices: readonly FloipChoice[]; id: string },
): (readonly [string, FloipChoice])[] | null {
  if (choices.length === 0 || choices.length > optionKeys.length) return null;
  const taken = new Map<string, FloipChoice>();
  const rest = choices.filter((each) => {
    const written = each.test === '' ? null : writeTest(builder, block, each.test);
    if (written?.result !== 'expression') return true;
    const key = optionKeys.find(
      (value) => !taken.has(value) && holdsFor(written.text, { id, value }) === true,
    );
    if (key !== undefined) taken.set(key, each);
    return key === undefined;
  });
  for (const each of rest) {
    const free = optionKeys.find((key) => !taken.has(key));
    if (free !== undefined) taken.set(free, each);
  }
  return optionKeys.flatMap((key) => {
    const each = taken.get(key);
    return each === undefined ? [] : [[key, each] as const];
  });
}

/** `prompt` has the choices in its words; after `question_prompt` they are read out one by one. */
function choiceWords(
  builder: FloipBuilder,
  block: FloipBlock,
  { byKey, id }: { byKey: readonly (readonly [string, FloipChoice])[]; id: string },
): ChoiceWords | null {
  const { config } = block;
  if (config['question_prompt'] === undefined || config['question_prompt'] === null) {
    const say = promptOf(builder, block, id);
    return say === null ? null : { say, labels: null };
  }
  const say = wordsOfResource(builder, block, { reference: config['question_prompt'], promptName: id });
  if (say === null) return withoutWords(builder, block);
  const labels = new Map(byKey.map(([, { name, prompt }]) => [name, labelOfResource(builder, prompt)]));
  const complete = [...labels].flatMap(([name, label]) => (label === null ? [] : [[name, label] as const]));
  if (complete.length === labels.size) return { say, labels: new Map(complete) };
  const items = listedChoices(builder, block, { byKey, id });
  if (items === null) return withoutWords(builder, block);
  return { say: [say, ...items].flat(), labels: null };
}

/** Each choice's recording and then that of its key. */
function listedChoices(
  builder: FloipBuilder,
  block: FloipBlock,
  { byKey, id }: { byKey: readonly (readonly [string, FloipChoice])[]; id: string },
): FloipSay[] | null {
  const digitPrompts = listIn(ivrOf(block.config)['digit_prompts'] ?? block.config['digit_prompts']);
  const items = byKey.flatMap(([key, { prompt }]) => {
    const reference = digitPrompts[optionKeys.findIndex((each) => each === key)];
    return [
      wordsOfResource(builder, block, { reference: prompt, promptName: `${id}_choice_${key}` }),
      wordsOfResource(builder, block, { reference, promptName: `press_${key}` }),
    ];
  });
  const known = items.filter((item) => item !== null);
  return known.length === items.length ? known : null;
}

function branchOf(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const exits = testedExits(builder, block);
  const otherwise = defaultDestination(block);
  if (exits.length === 0) return null;
  const branchId = exits.some(({ before }) => before.length > 0)
    ? builder.ids.take(`${id}_exits`, 'exits')
    : id;
  return (targetOf) => {
    const [first, ...others] = branchAlong(branchId, exits, { otherwise, targetOf });
    // Whoever leads here knows the block by its own id, also where steps stand before the branch.
    return first === undefined ? [] : [{ ...first, id }, ...others];
  };
}

function output(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const result = builder.results.get(block.name.toLowerCase());
  const parsed = parseForeignExpression(textIn(block.config['value']), 'floip');
  const written =
    parsed.result === 'fault'
      ? parsed
      : writeExpression(parsed.expression, {
          resolve: (name) => resolveName(builder, block, name),
          newVariable: () => builder.ids.take(`${block.name}_part`, 'part'),
        });
  if (result?.kind !== 'variable' || written.result === 'fault' || written.hoisted.length > 0) {
    const detail =
      written.result === 'fault' ? written.detail : 'is a condition, which is to be a block of its own';
    note(builder, block, { kind: 'left_out', detail: `The value ${detail}.`, ...wayOn });
    return null;
  }
  note(builder, block, {
    kind: 'changed',
    detail: `It sets the variable «${result.name}», which later steps can use; it is not reported as a response.`,
  });
  const destination = defaultDestination(block);
  return (targetOf) => [
    { id, type: 'set', variable: result.name, value: written.text, next: targetOf(destination) },
  ];
}

function subFlow(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const uuid = textIn(block.config['flow_id']);
  const other = builder.flows.find((flow) => flow.uuid === uuid);
  const flow = flowIdOf(other?.name ?? uuid);
  note(builder, block, {
    kind: 'changed',
    detail:
      other === undefined
        ? `It runs the flow ${uuid.slice(0, 100)}, which is not in this file: it is expected as «${flow}».`
        : `It runs the flow «${other.name.slice(0, 100)}», which is expected as «${flow}».`,
    suggestion:
      other === undefined
        ? 'Store that flow first.'
        : `Import it with ?flow=${uuid.slice(0, 100)} and store it first.`,
  });
  const destination = defaultDestination(block);
  return (targetOf) => [{ id, type: 'sub_flow', flow, next: targetOf(destination) }];
}

function promptOf(builder: FloipBuilder, block: FloipBlock, id: string): FloipSay | null {
  return (
    wordsOfResource(builder, block, { reference: block.config['prompt'], promptName: id }) ??
    withoutWords(builder, block)
  );
}

function withoutWords(builder: FloipBuilder, block: FloipBlock): null {
  note(builder, block, {
    kind: 'left_out',
    detail:
      'There is nothing to say: the block names no resource that has a text or a recording for the phone.',
    ...wayOn,
  });
  return null;
}

function noteProperties(builder: FloipBuilder, block: FloipBlock): void {
  if (block.config['set_contact_property'] === undefined || plainType(block.type) === 'SetContactProperty')
    return;
  note(builder, block, {
    kind: 'left_out',
    detail:
      'No property of the contact is set; the response is reported, and may be kept where contacts are.',
  });
}

function ivrOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return recordIn(config['ivr'] ?? config['IVR']);
}

function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
