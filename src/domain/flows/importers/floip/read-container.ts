import { storableText } from '../storable-text.ts';

/** A FLOIP flow as far as it could be read: whatever the JSON is, what is not of the right form is left out or empty. */
export interface FloipFlow {
  uuid: string;
  name: string;
  title: string;
  modes: string[];
  languages: FloipLanguage[];
  firstBlock: string | null;
  blocks: FloipBlock[];
  /** By uuid. */
  resources: ReadonlyMap<string, FloipValue[]>;
  pointer: string;
}

export interface FloipLanguage {
  id: string;
  /** The names that it is known by, the most exact first: BCP 47, ISO 639-3, its id, its label. */
  names: string[];
}

export interface FloipBlock {
  uuid: string;
  name: string;
  type: string;
  config: Readonly<Record<string, unknown>>;
  exits: FloipExit[];
  pointer: string;
}

export interface FloipExit {
  name: string;
  test: string | null;
  isDefault: boolean;
  destination: string | null;
}

export interface FloipValue {
  languageId: string;
  contentType: string;
  modes: string[];
  value: string;
}

const mostFlows = 100;
const mostBlocks = 2_000;

/** The flows of a container, or the one that stands by itself. */
export function readFlows(json: unknown): FloipFlow[] {
  const container = recordIn(json);
  const flows = listIn(container['flows']);
  if (flows.length === 0)
    return Array.isArray(container['blocks']) ? [readFlow(container, container, '')] : [];
  return flows
    .slice(0, mostFlows)
    .map((flow, index) => readFlow(recordIn(flow), container, `/flows/${index}`));
}

export function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

export function textIn(value: unknown): string {
  if (typeof value === 'string') return storableText(value);
  return typeof value === 'number' ? String(value) : '';
}

function readFlow(
  flow: Readonly<Record<string, unknown>>,
  container: Readonly<Record<string, unknown>>,
  pointer: string,
): FloipFlow {
  const name = textIn(flow['name']);
  const blocks = listIn(flow['blocks'])
    .slice(0, mostBlocks)
    .map((block, index) => readBlock(recordIn(block), `${pointer}/blocks/${index}`));
  return {
    uuid: textIn(flow['uuid']),
    name,
    title: name || textIn(flow['label']),
    modes: textsIn(flow['supported_modes']).map((mode) => mode.toUpperCase()),
    languages: listIn(flow['languages']).map(readLanguage),
    firstBlock: textIn(flow['first_block_id']) || (blocks[0]?.uuid ?? null),
    blocks,
    resources: new Map([...readResources(container['resources']), ...readResources(flow['resources'])]),
    pointer,
  };
}

function readLanguage(value: unknown): FloipLanguage {
  const language = recordIn(value);
  const id = textIn(value) || textIn(language['id']);
  const names = ['bcp_47', 'iso_639_3', 'id', 'label'].map((field) => textIn(language[field]));
  return { id, names: [...names, textIn(value)].filter((name) => name !== '') };
}

function readBlock(block: Readonly<Record<string, unknown>>, pointer: string): FloipBlock {
  return {
    uuid: textIn(block['uuid']),
    name: textIn(block['name']),
    type: textIn(block['type']),
    config: recordIn(block['config']),
    exits: listIn(block['exits']).map((exit) => readExit(recordIn(exit))),
    pointer,
  };
}

function readExit(exit: Readonly<Record<string, unknown>>): FloipExit {
  return {
    name: textIn(exit['name']),
    test: textIn(exit['test']) || null,
    isDefault: exit['default'] === true,
    destination: textIn(exit['destination_block']) || null,
  };
}

/** By uuid, or a list of objects that have one. */
function readResources(value: unknown): [string, FloipValue[]][] {
  const entries = Array.isArray(value)
    ? listIn(value).map((each): [string, unknown] => [textIn(recordIn(each)['uuid']), each])
    : Object.entries(recordIn(value));
  return entries.map(([uuid, resource]) => [
    uuid,
    listIn(Array.isArray(resource) ? resource : recordIn(resource)['values']).map(readValue),
  ]);
}

function readValue(value: unknown): FloipValue {
  const fields = recordIn(value);
  return {
    languageId: textIn(fields['language_id']),
    contentType: (textsIn(fields['content_type'])[0] ?? '').toUpperCase(),
    modes: textsIn(fields['modes']).map((mode) => mode.toUpperCase()),
    value: textIn(fields['value']),
  };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? listIn(value).map(textIn) : [textIn(value)].filter((text) => text !== '');
}

/** What a block says of phone calls in particular. */
export function ivrOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return recordIn(config['ivr'] ?? config['IVR']);
}
