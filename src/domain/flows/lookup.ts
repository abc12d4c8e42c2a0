import type { FlowValue, LookupRequest } from './flow-session.ts';
import type { LookedUpValue, LookupStep } from './steps/lookup-definition.ts';
import { fillTemplate } from '../prompts/template.ts';

/** Values are put into query and body, encoded; the place that is asked is the one that was written in the flow. */
export function lookupRequest(step: LookupStep, valueOf: (name: string) => FlowValue): LookupRequest {
  const { method = 'GET', query = {}, body } = step;
  const filled = (fields: Readonly<Record<string, string>>): [string, string][] =>
    Object.entries(fields).map(([name, template]) => [name, fillTemplate(template, valueOf)]);
  const url = new URL(step.url);
  for (const [name, value] of filled(query)) url.searchParams.set(name, value);
  return {
    method,
    url: url.href,
    body: method === 'POST' ? JSON.stringify(Object.fromEntries(filled(body ?? {}))) : null,
  };
}

export type LookedUp =
  { found: true; values: Readonly<Record<string, FlowValue>> } | { found: false; problem: string };

/** Every value that the step wants from the reply; one that is missing or of another kind fails them all. */
export function readLookup(step: LookupStep, reply: unknown): LookedUp {
  const values: [string, FlowValue][] = [];
  for (const [variable, wanted] of Object.entries(step.values)) {
    const value = readAs(wanted, valueAtPointer(reply, wanted.from));
    if (value === null)
      return { found: false, problem: `${wanted.from} of the reply cannot be read as ${wanted.as}` };
    values.push([variable, value]);
  }
  return { found: true, values: Object.fromEntries(values) };
}

const longestText = 200;

function readAs(wanted: LookedUpValue, found: unknown): FlowValue {
  const text = typeof found === 'string' ? found : typeof found === 'number' ? String(found) : null;
  switch (wanted.as) {
    case 'number':
      return text !== null && /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? Number(text) : null;
    case 'digits':
      return text !== null && /^[0-9]{1,32}$/.test(text) ? text : null;
    case 'date':
      return text !== null && isDate(text) ? text : null;
    case 'time':
      return text !== null && /^([01]\d|2[0-3]):[0-5]\d(:\d{2})?$/.test(text) ? text : null;
    case 'prompt':
      return text !== null && wanted.prompts.includes(text) ? text : null;
    case 'text':
      return readText(typeof found === 'boolean' ? String(found) : text);
  }
}

function readText(text: string | null): string | null {
  const isFit = text !== null && text.length <= longestText && text.isWellFormed() && !/\p{Cc}/u.test(text);
  return isFit ? text : null;
}

/** As dates are spoken: a day that exists, perhaps with a time behind it. */
function isDate(text: string): boolean {
  const [day] = /^\d{4}-\d{2}-\d{2}(?=$|T[0-9:.+Z-]{1,30}$)/.exec(text) ?? [];
  const date = new Date(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day ?? ''}T`);
}

/** By RFC 6901; undefined where the pointer leads nowhere. */
function valueAtPointer(json: unknown, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    json,
  );
}
