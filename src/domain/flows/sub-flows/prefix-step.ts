import { readTokens } from '../expressions/read-tokens.ts';
import type { StepDefinition } from '../flow-definition.ts';
import { behaviourOf } from '../step-behaviours.ts';

/** How a step of one flow becomes a step of another. */
export interface Prefixing {
  /** Comes before its id and before the names of the answers that it reads: `sub.`. */
  prefix: string;
  /** Ids whose answers it may read. */
  names: ReadonlySet<string>;
  /** Languages that are spoken in the other flow; texts in others are left out. */
  languages: readonly string[];
  /** Where the flow's end leads: the id of a step, or `end`. */
  after: string;
  isLast: boolean;
}

/** The step under its new id, with everything that it leads to and reads called by its new name. */
export function prefixStep(step: StepDefinition, how: Prefixing): StepDefinition {
  const renamed = rewrite(step, '', { ...how, isSet: step.type === 'set' }) as StepDefinition;
  for (const { pointer, target } of behaviourOf(step).exits(step)) {
    if (pointer === '') continue; // hangs up, wherever it stands
    const moved = targetIn(target, how);
    if (moved !== undefined) setAt(renamed, pointer, moved);
  }
  return { ...renamed, id: `${how.prefix}${step.id}` };
}

function targetIn(target: string | undefined, { prefix, after, isLast }: Prefixing): string | undefined {
  if (target === 'end') return after;
  if (target === undefined || target === 'next') return isLast ? after : target;
  return `${prefix}${target}`;
}

/** A copy of the JSON, with texts and expressions renamed. Values of options are nobody's names. */
function rewrite(value: unknown, key: string, how: Prefixing & { isSet: boolean }): unknown {
  if (typeof value === 'string') return rewriteText(value, key, how);
  if (Array.isArray(value)) return value.map((item: unknown) => rewrite(item, key, how));
  if (typeof value !== 'object' || value === null) return value;
  const isLocal = key === 'text' || key === 'label';
  const entries = Object.entries(value).filter(([name]) => !isLocal || how.languages.includes(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, rewrite(inner, name, how)]));
}

function rewriteText(text: string, key: string, how: Prefixing & { isSet: boolean }): string {
  if (key === 'if' || (key === 'value' && how.isSet)) return renameInExpression(text, how);
  if (key === 'on') return how.names.has(text) ? `${how.prefix}${text}` : text;
  if (key === 'value' || key === 'correct') return text;
  return text.replaceAll(/\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}/g, (placeholder, name: string) =>
    how.names.has(name) ? `{{${how.prefix}${name}}}` : placeholder,
  );
}

function renameInExpression(text: string, { names, prefix }: Prefixing): string {
  const tokens = readTokens(text);
  if (!Array.isArray(tokens)) return text;
  const places = tokens.flatMap((token) =>
    token.kind === 'name' && names.has(token.name) ? [token.at] : [],
  );
  return places.toReversed().reduce((now, at) => `${now.slice(0, at)}${prefix}${now.slice(at)}`, text);
}

function setAt(step: object, pointer: string, value: string): void {
  const segments = pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = segments.pop() ?? '';
  const holder = segments.reduce<Record<string, unknown>>(
    (inner, segment) => inner[segment] as Record<string, unknown>,
    step as Record<string, unknown>,
  );
  holder[last] = value;
}
