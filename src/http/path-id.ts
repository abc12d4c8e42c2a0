import { isId, type IdKinds } from '../domain/ids.ts';
import { notFound } from './problem.ts';

/** The id in the path; one that nothing can have is as little found as one that nothing has. */
export function pathId<K extends keyof IdKinds>(kind: K, text: string | undefined): IdKinds[K] {
  if (text !== undefined && isId(kind, text)) return text;
  throw notFound(names[kind] ?? 'thing');
}

const names: Partial<Record<keyof IdKinds, string>> = {
  call: 'call',
  cmp: 'campaign',
  whe: 'webhook endpoint',
  opo: 'opt-out',
  cbr: 'call-back request',
  key: 'API key',
  era: 'erasure',
};
