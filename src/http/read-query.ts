import type { z } from 'zod';
import { suggestionFrom } from '../domain/suggest.ts';
import { explainIssues } from '../domain/explain-issues.ts';
import { invalidRequest, type ProblemField } from './problem.ts';

/** The query in the schema's terms, or a 422: a parameter that is misspelt must not silently list everything. */
export function readQuery<S extends z.ZodObject>(schema: S, url: string): z.output<S> {
  const faults: ProblemField[] = [];
  const values = new Map<string, string>();
  for (const [parameter, value] of new URLSearchParams(queryOf(url))) {
    if (!Object.hasOwn(schema.shape, parameter))
      faults.push({
        parameter: parameter.slice(0, 200),
        detail: 'is not a known parameter',
        ...suggestionFrom(Object.keys(schema.shape), parameter),
      });
    else if (values.has(parameter)) faults.push({ parameter, detail: 'is given more than once' });
    else values.set(parameter, value);
  }
  const input = Object.fromEntries(values);
  const parsed = schema.safeParse(input);
  if (parsed.success && faults.length === 0) return parsed.data;
  const issues = parsed.success ? [] : explainIssues(parsed.error.issues, { input, schema });
  throw invalidRequest([
    ...faults.slice(0, 20),
    ...issues.map(({ pointer, detail }) => {
      const parameter = pointer.slice(1);
      return { parameter, detail, ...lostPlus(values.get(parameter)) };
    }),
  ]);
}

/** In a query a plus is a space (WHATWG URL, application/x-www-form-urlencoded). */
function lostPlus(value: string | undefined): { suggestion?: string } {
  if (value === undefined || !/^ \d+$|T[\d:.]+ \d\d:\d\d$/.test(value)) return {};
  return { suggestion: 'Write a plus as %2B: in a query it stands for a space.' };
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return '';
  const end = url.indexOf('#', start);
  return url.slice(start + 1, end < 0 ? undefined : end);
}
