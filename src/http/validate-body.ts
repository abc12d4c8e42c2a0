import type { z } from 'zod';
import type { Fault } from '../domain/fault.ts';
import { explainIssues, mostFaults } from '../domain/explain-issues.ts';
import { checkJson } from './check-json.ts';
import { invalidRequest } from './problem.ts';

/** The body in the schema's terms, or a 422 that names every field at fault at once. */
export function validateBody<S extends z.ZodType>(schema: S, received: unknown): z.output<S> {
  const read = faultsOfBody(schema, received);
  if (read.result === 'invalid') throw invalidRequest(read.faults);
  return read.body;
}

/** The same without the 422: for a body that is one of many. */
export function faultsOfBody<S extends z.ZodType>(
  schema: S,
  received: unknown,
): { result: 'valid'; body: z.output<S> } | { result: 'invalid'; faults: Fault[] } {
  const { faults, tooLarge } = checkJson(received);
  if (tooLarge) return { result: 'invalid', faults };
  const parsed = schema.safeParse(received);
  if (parsed.success && faults.length === 0) return { result: 'valid', body: parsed.data };
  const ofShape = parsed.success ? [] : explainIssues(parsed.error.issues, { input: received, schema });
  return { result: 'invalid', faults: distinct([...faults, ...ofShape]) };
}

/** One fault for a place: what a place may never hold outweighs what this field should hold. */
function distinct(faults: readonly Fault[]): Fault[] {
  const byPointer = new Map<string, Fault>();
  for (const fault of faults) {
    if (!byPointer.has(fault.pointer)) byPointer.set(fault.pointer, fault);
    if (byPointer.size >= mostFaults) break;
  }
  return [...byPointer.values()];
}
