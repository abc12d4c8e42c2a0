import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { importFlow } from '../../../src/workflows/import-flow.ts';
import { childHealthLine } from '../../support/floip/child-health-line.ts';
import { householdSurvey } from '../../support/forms/household-survey.ts';
import { teachersQuiz } from '../../support/forms/teachers-quiz.ts';
import { workbookOf } from '../../support/workbook-of.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, keyWith } from './fake-gateway.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));
const gateway = fakeGateway({
  importFlow: (request) => importFlow({ words, flows: { getFlow: () => Promise.resolve(null) } }, request),
});
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function send(body: unknown, { type = workbookType, query = '', key = keyWith('flows:write') } = {}) {
  return ask(gateway, `POST /v1/flows/import${query}`, { body, key, headers: { 'Content-Type': type } });
}

describe('the import of a form', () => {
  test('answers a flow that can be stored as it is', async () => {
    const response = await send(await workbookOf(teachersQuiz));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      source: 'xlsform',
      suggested_id: 'teachersquiz-v2',
      flow: { title: "Teachers' quiz", languages: ['hi', 'en'] },
      prompts: [],
      faults: [],
      not_carried_over: [
        {
          kind: 'changed',
          place: { sheet: 'survey', row: 3, column: 'name' },
          name: 'Q1',
          detail: '«Q1» is called «q1» in the flow.',
        },
        {},
        {},
        {},
      ],
    });
  });

  test('names rows that no phone call has', async () => {
    const body = (await (await send(await workbookOf(householdSurvey))).json()) as {
      not_carried_over: { place: { row: number }; kind: string }[];
    };
    const rows = body.not_carried_over
      .filter(({ kind }) => kind === 'left_out')
      .map(({ place }) => place.row);
    expect(rows).toEqual(expect.arrayContaining([3, 4, 5, 7, 8, 9, 10, 17, 18]));
  });

  test('takes FLOIP as JSON, and one flow of several', async () => {
    const response = await send(childHealthLine, { type: 'application/json', query: '?flow=Hygiene%20quiz' });
    expect(await response.json()).toMatchObject({ source: 'floip', flow: { title: 'Hygiene quiz' } });
  });

  test('is told the language of a form that does not say it', async () => {
    const bytes = await workbookOf({
      survey: [
        ['type', 'name', 'label'],
        ['note', 'a', 'Hola'],
      ],
    });
    expect(await (await send(bytes, { query: '?language=es' })).json()).toMatchObject({
      flow: { languages: ['es'], steps: [{ id: 'a', say: { text: { es: 'Hola' } } }] },
    });
  });
});

describe('what cannot be imported', () => {
  test.each<
    [string, unknown, { type?: string; query?: string; key?: string }, Parameters<typeof expectProblem>[1]]
  >([
    ['a type of nobody', 'x', { type: 'text/csv' }, 'unsupported_media_type'],
    ['an old .xls', 'x', { type: 'application/vnd.ms-excel' }, 'unsupported_media_type'],
    ['no workbook', 'type,name', {}, 'invalid_request'],
    ['no JSON', '{', { type: 'application/json' }, 'invalid_json'],
    ['nothing', '', { type: 'application/json' }, 'invalid_json'],
    ['JSON that is no flow', { steps: [] }, { type: 'application/json' }, 'invalid_request'],
    [
      'a flow that is not there',
      childHealthLine,
      { type: 'application/json', query: '?flow=x' },
      'invalid_request',
    ],
    ['a language that is none', 'x', { query: '?language=Hindi!' }, 'invalid_request'],
    ['six megabytes', new Uint8Array(6 * 1024 * 1024), {}, 'body_too_large'],
    ['a key without the scope', 'x', { key: keyWith('flows:read') }, 'scope_missing'],
  ])('is %s', async (_, body, options, code) => {
    await expectProblem(await send(body, options), code);
  });

  test('is a bomb', async () => {
    const bomb = zipSync({ 'xl/workbook.xml': new Uint8Array(30 * 1024 * 1024) });
    expect(bomb.byteLength).toBeLessThan(100_000);
    await expectProblem(await send(bomb), 'body_too_large');
  });

  test('is a workbook that is no form, with the sheet as the pointer', async () => {
    const problem = await expectProblem(await send(await workbookOf({ Sheet1: [['a']] })), 'invalid_request');
    expect(problem.errors?.[0]).toMatchObject({ pointer: '/survey' });
    const broken = zipSync({ 'xl/workbook.xml': strToU8('<workbook') });
    await expectProblem(await send(broken), 'invalid_request');
  });
});
