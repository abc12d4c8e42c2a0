import type { Fault } from '../../../fault.ts';
import type { Imported, StepDraft } from '../import-note.ts';
import { languageTagOf } from '../language-tags.ts';
import { flowIdOf, NamePool } from '../name-pool.ts';
import { plainWords } from '../plain-words.ts';
import { cutText } from '../storable-text.ts';
import { defaultDestination } from './block-exits.ts';
import type { BlockSteps } from './asked-steps.ts';
import { plainType, stepsOfBlock } from './block-steps.ts';
import { cutSilentLoops } from './cut-silent-loops.ts';
import { note, tagsOf, type BlockResult, type FloipBuilder } from './floip-builder.ts';
import { readFlows, type FloipBlock, type FloipFlow } from './read-container.ts';

export type FloipImport =
  { result: 'imported'; imported: Imported } | { result: 'unusable'; faults: Fault[] };

/**
 * A flow of the Flow Interoperability Project (specification 1.0) as a flow of ours. Never throws, whatever the JSON is; blocks that have no place
 * in a phone call are passed over along their default exit, and named.
 *
 * @param flow uuid or name of the one to import, of a container that has several; null for the first
 */
export function importFloip(json: unknown, request: { flow: string | null }): FloipImport {
  const flows = readFlows(json);
  if (flows.length === 0) return unusable('', 'is no FLOIP flow: it has neither «flows» nor «blocks»');
  const wanted = request.flow;
  const flow =
    wanted === null ? flows[0] : flows.find(({ uuid, name }) => uuid === wanted || name === wanted);
  if (flow === undefined)
    return unusable(
      '/flows',
      `has no flow «${wanted ?? ''}»: it has ${flows
        .map(({ name }) => `«${name.slice(0, 60)}»`)
        .slice(0, 20)
        .join(', ')}`,
    );
  const languages = languagesOf(flow);
  if (languages.size === 0) return unusable(`${flow.pointer}/languages`, 'has no language that can be told');
  return carryOver(createBuilder(flow, { flows, languages }));
}

function carryOver(builder: FloipBuilder): FloipImport {
  const { flow } = builder;
  noteFlow(builder);
  const blocks = reachableBlocks(flow, flow.firstBlock);
  const made = new Map(
    blocks.map((block) => [block.uuid, stepsOfBlock(builder, block, builder.stepIds.get(block.uuid) ?? '')]),
  );
  const targetOf = (uuid: string | null): string => {
    const block = blockAt(flow, made, uuid);
    return block === null ? 'end' : (builder.stepIds.get(block) ?? 'end');
  };
  const steps = reachableBlocks(flow, blockAt(flow, made, flow.firstBlock)).flatMap(
    (block) => made.get(block.uuid)?.(targetOf) ?? [],
  );
  noteLoops(builder, cutSilentLoops(steps));
  const ordered = reachableSteps(steps);
  if (!ordered.some(({ type }) => type !== 'branch' && type !== 'set'))
    return unusable(`${flow.pointer}/blocks`, 'has no block that can become part of a phone call');
  const title = cutText(plainWords(flow.title), 200) || 'Imported flow';
  return {
    result: 'imported',
    imported: {
      flow: { title, languages: tagsOf(builder), keys: { repeat: '*' }, steps: ordered },
      notes: builder.notes,
      prompts: promptsOf(builder, ordered),
      suggestedId: flowIdOf(flow.name),
    },
  };
}

/** Along the exits from a block on, the default exit last. */
function reachableBlocks({ blocks }: FloipFlow, first: string | null): FloipBlock[] {
  const byUuid = new Map(blocks.map((block) => [block.uuid, block]));
  const found = new Set<FloipBlock>();
  const open = [first ?? ''];
  for (let uuid = open.pop(); uuid !== undefined; uuid = open.pop()) {
    const block = byUuid.get(uuid);
    if (block === undefined || found.has(block)) continue;
    found.add(block);
    const exits = block.exits.toSorted((one, other) => Number(one.isDefault) - Number(other.isDefault));
    open.push(
      ...exits.flatMap(({ destination }) => (destination === null ? [] : [destination])).toReversed(),
    );
  }
  return [...found];
}

/** The block itself, or, where it is passed over, the one that its default exit leads to; null for the end. */
function blockAt(flow: FloipFlow, made: ReadonlyMap<string, BlockSteps>, uuid: string | null): string | null {
  const passed = new Set<string>();
  for (let at = uuid; at !== null && !passed.has(at);) {
    passed.add(at);
    if (typeof made.get(at) === 'function') return at;
    const block = flow.blocks.find((each) => each.uuid === at);
    at = block === undefined ? null : defaultDestination(block);
  }
  return null;
}

/** The steps that something leads to from the first on. */
function reachableSteps(steps: readonly StepDraft[]): StepDraft[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const following = new Map(steps.map((step, index) => [step.id, steps[index + 1]?.id ?? 'end']));
  const reached = new Set<string>();
  const open = [steps[0]?.id ?? 'end'];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = byId.get(id);
    if (step === undefined || reached.has(id)) continue;
    reached.add(id);
    open.push(...targetsOf(step, following.get(id) ?? 'end'));
  }
  // A step that goes on to the one after it reaches that one, so that nothing in between is lost.
  return steps.filter(({ id }) => reached.has(id));
}

function targetsOf(step: StepDraft, following: string): string[] {
  const options = Object.values((step['options'] ?? {}) as Record<string, { next?: string }>);
  const when = (step['when'] ?? []) as { next: string }[];
  const named = [
    step['next'],
    step['else'],
    step['give_up'],
    ...[...options, ...when].map(({ next }) => next),
  ];
  const targets = named
    .filter((target) => typeof target === 'string')
    .map((target) => (target === 'next' ? following : target));
  const isLedByOptions = options.length > 0 && options.every(({ next }) => next !== undefined);
  const goesOn = step['next'] === undefined && step['else'] === undefined && !isLedByOptions;
  return goesOn ? [...targets, following] : targets;
}

/** Only those that are still named. */
function promptsOf({ prompts }: FloipBuilder, steps: readonly StepDraft[]): Imported['prompts'] {
  const named = new Set(steps.flatMap(({ say }) => (Array.isArray(say) ? (say as unknown[]) : [say])));
  const distinct = new Map(prompts.map((prompt) => [`${prompt.id}:${prompt.language}`, prompt]));
  return [...distinct.values()].filter(({ id }) => named.has(id));
}

function createBuilder(
  flow: FloipFlow,
  { flows, languages }: { flows: readonly FloipFlow[]; languages: ReadonlyMap<string, string> },
): FloipBuilder {
  const ids = new NamePool();
  const stepIds = new Map<string, string>();
  const results = new Map<string, BlockResult>();
  for (const block of flow.blocks) {
    if (stepIds.has(block.uuid)) continue;
    const isOutput = plainType(block.type) === 'Output';
    const id = ids.take(isOutput ? `set_${block.name}` : block.name, 'block');
    stepIds.set(block.uuid, id);
    if (block.name !== '') results.set(block.name.toLowerCase(), resultOf(block, id, ids));
  }
  return {
    flow,
    flows,
    languages,
    promptPrefix: flowIdOf(flow.name),
    ids,
    stepIds,
    results,
    notes: [],
    prompts: [],
  };
}

function resultOf(block: FloipBlock, id: string, ids: NamePool): BlockResult {
  switch (plainType(block.type)) {
    case 'SelectOneResponse':
    case 'OpenResponse':
      return { kind: 'question', id, isNumber: false };
    case 'NumericResponse':
      return { kind: 'question', id, isNumber: true };
    case 'Output':
      return { kind: 'variable', name: ids.take(block.name, 'value') };
    default:
      return { kind: 'nothing' };
  }
}

/** Tags by language id; variants of one language are taken for that language. */
function languagesOf({ languages }: FloipFlow): Map<string, string> {
  return new Map(
    languages.flatMap(({ id, names }): [string, string][] => {
      const tag = names.map(languageTagOf).find((each) => each !== null);
      return tag === undefined ? [] : [[id, tag]];
    }),
  );
}

function noteFlow(builder: FloipBuilder): void {
  const { flow, languages } = builder;
  if (flow.modes.length > 0 && !flow.modes.includes('IVR'))
    note(builder, null, {
      kind: 'changed',
      detail: `The flow was made for ${flow.modes.join(', ').slice(0, 100)}; its texts are spoken.`,
      suggestion: 'Look whether they can be understood by ear.',
    });
  for (const { id } of flow.languages)
    if (!languages.has(id))
      note(builder, null, {
        kind: 'left_out',
        detail: `Nobody can tell which language «${id.slice(0, 100)}» is.`,
      });
  if (tagsOf(builder).length < languages.size)
    note(builder, null, {
      kind: 'changed',
      detail:
        'Several variants of one language are taken for one: the first that has words or a recording is used.',
    });
  const reachable = new Set(reachableBlocks(flow, flow.firstBlock));
  for (const block of flow.blocks)
    if (!reachable.has(block))
      note(builder, block, { kind: 'left_out', detail: 'Nothing leads to this block.' });
}

function noteLoops(builder: FloipBuilder, cut: readonly string[]): void {
  const byStep = new Map([...builder.stepIds].map(([uuid, id]) => [id, uuid]));
  for (const id of cut) {
    const uuid = byStep.get(id.replace(/_exits$/, ''));
    const block = builder.flow.blocks.find((each) => each.uuid === uuid) ?? null;
    note(builder, block, {
      kind: 'changed',
      detail:
        'A way from here leads round in a circle while nobody presses a key; it ends the call instead. A question asks again by itself, three times.',
    });
  }
}

function unusable(pointer: string, detail: string): FloipImport {
  return { result: 'unusable', faults: [{ pointer, detail }] };
}
