import { keys } from '../../keys.ts';
import { mostDigits } from '../../steps/digits-definition.ts';
import { parseForeignExpression } from '../foreign-expression.ts';
import { flowIdOf } from '../name-pool.ts';
import { writeExpression } from '../write-expression.ts';
import { askedSteps, type BlockSteps } from './asked-steps.ts';
import { branchAlong, defaultDestination, testedExits } from './block-exits.ts';
import { choiceSteps } from './choice-steps.ts';
import { note, resolveName, type FloipBuilder } from './floip-builder.ts';
import { promptOf, wayOn } from './prompt-of-block.ts';
import { ivrOf, textIn, type FloipBlock } from './read-container.ts';

export function stepsOfBlock(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  noteProperties(builder, block);
  switch (plainType(block.type)) {
    case 'Message':
      return message(builder, block, id);
    case 'SelectOneResponse':
      return choiceSteps(builder, block, id);
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
    return askedSteps(builder, block, { id, type: 'digits', say, max: 10, terminator: '#' });
  }
  const max = Math.min(
    15,
    mostDigits,
    Math.max(String(least).length, most ?? String(greatest ?? 9_999_999_999).length),
  );
  const isBounded = greatest !== null || least > 0;
  return askedSteps(builder, block, {
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
  return askedSteps(builder, block, {
    id,
    type: 'voice_message',
    say,
    stop_key: stopKey === '*' ? '#' : stopKey,
    ...(seconds === null ? {} : { max_duration: `PT${Math.min(300, Math.max(1, Math.round(seconds)))}S` }),
  });
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

function noteProperties(builder: FloipBuilder, block: FloipBlock): void {
  if (block.config['set_contact_property'] === undefined || plainType(block.type) === 'SetContactProperty')
    return;
  note(builder, block, {
    kind: 'left_out',
    detail:
      'No property of the contact is set; the response is reported, and may be kept where contacts are.',
  });
}

function numberIn(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
