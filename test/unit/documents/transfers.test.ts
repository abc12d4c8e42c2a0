import { describe, expect, it } from 'vitest';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import { transferDefinition } from '../../../src/domain/flows/steps/transfer-definition.ts';
import { transferResults } from '../../../src/domain/flows/transfer.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { blocksOf, readDocuments } from './read-documents.ts';

const page = readDocuments().find(({ path }) => path === 'docs/transfers.md')!;
const { text } = page;
const examples = blocksOf(page, 'json');
/** What stands in code at the beginning of a row of a table. */
const rows = [...text.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name);

describe('the page about transfers', () => {
  it('has two examples', () => {
    expect(examples).toHaveLength(2);
  });

  it.each(examples)('has steps that flows may have', (example) => {
    const step = JSON.parse(example) as Record<string, unknown>;
    const ways = ['on_busy', 'on_no_answer', 'on_closed', 'otherwise']
      .filter((field) => step[field] !== undefined)
      .map((field) => ({
        ...{ id: step[field], type: 'message', next: 'end' },
        say: { text: { en: 'Nobody is there.' } },
      }));
    const bye = { id: 'bye', type: 'message', say: { text: { en: 'Goodbye.' } }, next: 'end' };
    const flow = { title: 'Transfer', languages: ['en'], steps: [{ ...step, next: 'bye' }, bye, ...ways] };
    expect(validateFlow(flow, libraryOf({}))).toMatchObject({ result: 'valid' });
  });

  it('tells of every result', () => {
    expect(rows).toEqual(expect.arrayContaining([...transferResults]));
  });

  it('tells of every field', () => {
    const fields = Object.keys(transferDefinition.shape).filter((field) => !['id', 'type'].includes(field));
    const told = fields.filter((field) => text.includes(`\`${field}\``));
    expect(told).toEqual(fields);
  });
});
