import { mostNotes, type ImportNote, type WantedPrompt } from '../import-note.ts';
import type { NamePool } from '../name-pool.ts';
import type { Named } from '../write-expression.ts';
import type { FloipBlock, FloipFlow } from './read-container.ts';

/** What a block's name stands for in expressions and words. */
export type BlockResult =
  | { kind: 'question'; id: string; isNumber: boolean }
  | { kind: 'variable'; name: string }
  | { kind: 'nothing' };

/** What is known of a flow while its blocks are carried over. */
export interface FloipBuilder {
  flow: FloipFlow;
  /** All flows that came along, for those that one runs within another. */
  flows: readonly FloipFlow[];
  /** Tags of the flow's languages by the id that resources use; the first is the default. */
  languages: ReadonlyMap<string, string>;
  promptPrefix: string;
  ids: NamePool;
  /** Step ids by block uuid. */
  stepIds: ReadonlyMap<string, string>;
  /** By block name, in small letters. */
  results: ReadonlyMap<string, BlockResult>;
  notes: ImportNote[];
  prompts: WantedPrompt[];
}

export function note(
  { notes, flow }: FloipBuilder,
  block: FloipBlock | null,
  what: { kind: ImportNote['kind']; detail: string; suggestion?: string },
): void {
  if (notes.length >= mostNotes) return;
  const pointer = block?.pointer ?? flow.pointer;
  const place = { flow: flow.name.slice(0, 200), block: block?.uuid.slice(0, 100) ?? null, pointer };
  notes.push({ place, name: block?.name.slice(0, 200) || null, ...what });
}

export function tagsOf({ languages }: FloipBuilder): string[] {
  return [...new Set(languages.values())];
}

/** What a name in an expression stands for, such as `flow.age.value`, `contact.village` or, within an exit's test, `block.value`. */
export function resolveName(builder: FloipBuilder, block: FloipBlock, name: string): Named {
  const result = resultNamed(builder, block, name);
  if (result?.kind === 'question') return { kind: 'question', id: result.id };
  if (result?.kind === 'variable') return result;
  if (result?.kind === 'nothing')
    return { kind: 'fault', detail: `speaks of «${name}», and that block gives no value here` };
  const property = contactProperty(name);
  if (property !== null) return { kind: 'variable', name: property };
  // The standard's own examples write `block.value = chocolate`.
  return name.includes('.')
    ? { kind: 'fault', detail: `speaks of «${name}», which a call does not know` }
    : { kind: 'text', text: name };
}

/** The block that a path speaks of; null where it is no block's. */
export function resultNamed(builder: FloipBuilder, block: FloipBlock, path: string): BlockResult | null {
  const parts = path.toLowerCase().split('.');
  if (parts[0] === 'run') parts.shift();
  const isCurrent = parts[0] === 'block';
  if (!isCurrent && (parts[0] === 'flow' || parts[0] === 'results')) parts.shift();
  const name = isCurrent ? block.name.toLowerCase() : (parts[0] ?? '');
  const field = parts[1] ?? 'value';
  if (!['value', 'response', '__value__'].includes(field)) return null;
  return builder.results.get(name) ?? null;
}

/** `contact.village` is the call's variable `village`. */
export function contactProperty(path: string): string | null {
  const match = /^contact\.(?:properties\.)?([A-Za-z][A-Za-z0-9_]{0,63})(?:\.(?:value|__value__))?$/i.exec(
    path,
  );
  const name = match?.[1] ?? '';
  return name === '' || ['phone', 'urns', 'groups', 'language', 'properties'].includes(name.toLowerCase())
    ? null
    : name.toLowerCase();
}
