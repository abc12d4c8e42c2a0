import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importXlsForm } from '../../../src/domain/flows/importers/xlsform/import-xlsform.ts';
import type { Fault } from '../../../src/domain/fault.ts';
import type { Imported } from '../../../src/domain/flows/importers/import-note.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../../src/domain/prompts/library.ts';
import type { ImportFlowResult } from '../../../src/workflows/import-flow.ts';
import { importFlow } from '../../../src/workflows/import-flow.ts';
import { loadBuiltInWords } from '../../../src/speech/load-built-in-words.ts';
import { healthWorkers } from '../../support/forms/health-workers.ts';
import { householdSurvey } from '../../support/forms/household-survey.ts';
import { schoolReopening } from '../../support/forms/school-reopening.ts';
import { teachersQuiz } from '../../support/forms/teachers-quiz.ts';
import { sheetsOf, workbookOf, type SheetRows } from '../../support/workbook-of.ts';
import { noteLines, stepLines } from './import-lines.ts';

const words = await loadBuiltInWords(join(import.meta.dirname, '../../../prompts'));

type Form = Record<string, SheetRows>;
type ImportedForm = Extract<ImportFlowResult, { result: 'imported' }>;

async function importForm(form: Form, language: string | null = null): Promise<ImportedForm> {
  const result = await importFlow(
    { words, flows: { getFlow: () => Promise.resolve(null) } },
    { source: 'xlsform', bytes: await workbookOf(form), language },
  );
  if (result.result !== 'imported') throw new Error(JSON.stringify(result));
  return result;
}

/** A form with one sheet of questions in English and one of choices. */
function formOf(rows: SheetRows, choices: SheetRows = []): Form {
  return {
    survey: [
      ['type', 'name', 'label::English (en)', 'relevant', 'constraint', 'calculation', 'default'],
      ...rows,
    ],
    choices: [
      ['list_name', 'name', 'label::English (en)'],
      ['yn', 'yes', 'Yes'],
      ['yn', 'no', 'No'],
      ...choices,
    ],
  };
}

describe('a form of a district office', async () => {
  const { imported, faults } = await importForm(schoolReopening);

  it('becomes a flow that is valid once its prompts are there', () => {
    // Voice messages are steps of a later version for as long as they are none of this one.
    expect(faults).toEqual([]);
    expect(imported).toMatchObject({
      suggestedId: 'school-reopening-2026',
      flow: { title: 'School reopening 2026', languages: ['hi', 'en'], keys: { repeat: '*' } },
    });
  });

  it('has its skip logic as branches, also within groups', () => {
    expect(stepLines(imported)).toEqual([
      'welcome message',
      'school_open choice 1=yes 2=no',
      "if_open_details branch school_open = 'yes' else if_closed_reason",
      'children_present digits max 4 range 0-2000',
      'if_meal_served branch children_present > 0 else if_meal_why_not',
      'meal_served choice 1=yes 2=no',
      "if_meal_why_not branch meal_served = 'no' else if_closed_reason",
      'meal_why_not voice_message',
      "if_closed_reason branch school_open = 'no' else phone",
      'closed_reason choice 1=repairs 2=no_teacher 3=other',
      'phone digits max 10 pattern ^[6-9][0-9]{9}$',
      'bye message',
    ]);
  });

  it('names what is not carried over by row and column', () => {
    expect(noteLines(imported)).toEqual([
      'not_needed survey 2 type',
      'not_needed survey 3 type',
      'not_needed survey 4 type',
      'changed survey 5 calculation',
      'changed survey 7 media::audio::हिन्दी (hi)',
      'left_out survey 15 type',
      'left_out survey 16 relevant',
    ]);
  });

  it('speaks variables in texts, and answers as items of their own', () => {
    const say = (id: string): unknown => imported.flow.steps.find((step) => step.id === id)?.['say'];
    expect(say('welcome')).toEqual({
      text: {
        hi: 'नमस्ते। यह {{school_name}} के लिए शिक्षा विभाग का संदेश है।',
        en: 'Greetings. This is a message of the education department for {{school_name}}.',
      },
    });
    expect(say('bye')).toEqual([
      { text: { hi: 'धन्यवाद। आपने', en: 'Thank you. You told us of' } },
      { number: '{{children_present}}' },
      { text: { hi: 'बच्चे बताए।', en: 'children.' } },
    ]);
    expect(imported.flow.steps.find((step) => step.id === 'children_present')?.['invalid']).toEqual({
      say: {
        text: {
          hi: 'संख्या 0 से 2000 के बीच होनी चाहिए।',
          en: 'The number must be between 0 and 2000.',
        },
      },
    });
  });

  it('lists the recordings that are to be put into the library', () => {
    expect(imported.prompts).toEqual([
      {
        id: 'school-reopening-2026.school_open',
        language: 'hi',
        file: 'school_open_hi.mp3',
        text: 'क्या आपका स्कूल खुल गया है?',
      },
      {
        id: 'school-reopening-2026.school_open',
        language: 'en',
        file: null,
        text: 'Has your school reopened?',
      },
    ]);
  });
});

describe("a teachers' quiz with a score", async () => {
  const { imported, faults } = await importForm(teachersQuiz);

  it('is a valid flow as it is', () => {
    expect(faults).toEqual([]);
    expect(imported.flow.languages).toEqual(['hi', 'en']);
  });

  it('works out if() with branches', () => {
    expect(stepLines(imported).slice(4, 14)).toEqual([
      'set_score_part set score_part = 0',
      "if_score_part branch q1 = 'a' else set_score_part_2",
      'then_score_part set score_part = 1',
      'set_score_part_2 set score_part_2 = 0',
      "if_score_part_2 branch q2 = '2' else set_score_part_3",
      'then_score_part_2 set score_part_2 = 1',
      'set_score_part_3 set score_part_3 = 0',
      "if_score_part_3 branch selected(q3, 'false') else set_score_2",
      'then_score_part_3 set score_part_3 = 1',
      'set_score_2 set score_2 = score_part + score_part_2 + score_part_3',
    ]);
  });

  it('says where names and words are other than in the form', () => {
    expect(noteLines(imported)).toEqual([
      'changed survey 3 name',
      'changed survey 4 name',
      'changed survey 5 name',
      'changed survey 8 label::Hindi',
    ]);
  });
});

describe('a survey of health workers in older spellings', async () => {
  const { imported } = await importForm(healthWorkers);

  it('has groups within groups as branches past them', () => {
    expect(stepLines(imported)).toEqual([
      'visited choice 1=yes 2=no',
      "if_pregnancy branch visited = 'yes' else satisfied",
      'months digits max 1 range 1-9',
      'weight_known choice 1=yes 2=no',
      'if_danger branch months >= 7 or months = 1 else satisfied',
      'bleeding choice 1=yes 2=no',
      "if_go_now branch selected(bleeding, 'yes') and not (months < 3) else satisfied",
      'go_now message',
      'satisfied digits max 1 range 1-5',
      "if_message branch visited = 'yes' or satisfied <= 2 else ok",
      'message voice_message',
      'ok message',
    ]);
  });

  it('names what depends on what is left out', () => {
    const details = imported.notes.map(({ name, detail }) => `${name ?? ''}: ${detail}`);
    expect(details).toContainEqual(
      expect.stringMatching(/^heavy: .*needs «weight», which is left out \(row 8\)/),
    );
    expect(details).toContainEqual(expect.stringMatching(/^overdue: .*date-diff\(\)/));
  });

  it('takes its words for English unless it is told otherwise', async () => {
    expect(imported.flow.languages).toEqual(['en']);
    expect(noteLines(imported)[0]).toBe('changed survey 1 label');
    const spanish = await importForm(healthWorkers, 'es');
    expect(spanish.imported.flow.languages).toEqual(['es']);
    expect(noteLines(spanish.imported)).not.toContain('changed survey 1 label');
  });
});

describe('a household survey', async () => {
  const { imported } = await importForm(householdSurvey);
  const detailsOf = (row: number, sheet = 'survey'): string[] =>
    imported.notes.flatMap(({ place, detail }) =>
      'row' in place && place.row === row && place.sheet === sheet ? [detail] : [],
    );

  it('is carried over as far as a phone goes', () => {
    expect(stepLines(imported)).toEqual([
      'hello message',
      'members digits max 10',
      'assets message',
      'assets_tv choice 1=yes 2=no',
      'assets_cycle choice 1=yes 2=no',
      'assets_pump choice 1=yes 2=no',
      "if_tv_works branch assets_tv = 'yes' else water",
      'tv_works choice 1=yes 2=no',
      'water choice 1=tap 2=well 3=other',
      "if_water_other branch water = 'other' else remarks",
      'water_other voice_message',
      'remarks voice_message',
    ]);
  });

  it.each([
    [3, 'has 14 choices'],
    [4, 'cannot be filtered'],
    [5, 'needs «district», which is left out (row 3)'],
    [7, 'A repeat cannot be asked'],
    [8, 'belongs to the repeat of row 7'],
    [9, 'belongs to the repeat of row 7'],
    [10, 'belongs to the repeat of row 7'],
    [13, '«tv» is assets_tv'],
    [15, 'variables.asset_count'],
    [16, 'prefilled answer'],
    [17, 'Each of 12 choices'],
    [18, 'Places cannot be told'],
    [20, 'ends a group that was not begun'],
  ])('says of row %i that it %s', (row, reason) => {
    expect(detailsOf(row).join(' ')).toContain(reason);
  });

  it('leaves a language out that was only begun, and names each place that lacks words', () => {
    expect(imported.flow.languages).toEqual(['en']);
    expect(imported.notes[0]?.detail).toContain('The language kn is left out');
    expect(detailsOf(6)).toEqual(['There are no words in kn.']);
    expect(detailsOf(20, 'choices')[0]).toBe('There are no words in kn.');
  });
});

describe('words that one language lacks', () => {
  const form = (label: string | null): Form => ({
    survey: [
      ['type', 'name', 'label::English (en)', 'label::Español (es)'],
      ['note', 'a', 'One moment', 'Un momento'],
      ['note', 'b', 'Thank you', label],
    ],
  });

  it('are those of another language where its voice can speak them', async () => {
    const { imported, faults } = await importForm(form(null));
    expect(imported.flow.steps[1]?.['say']).toEqual({ text: { en: 'Thank you', es: 'Thank you' } });
    expect(noteLines(imported)).toEqual(['changed survey 3 label::Español (es)']);
    expect(faults.filter(({ pointer }) => !pointer.startsWith('/languages'))).toEqual([]);
  });

  it('are taken as they are where there are some', async () => {
    expect(noteLines((await importForm(form('Gracias'))).imported)).toEqual([]);
  });
});

describe('what a row says', () => {
  it.each<[string, SheetRows, string[]]>([
    ['a whole number', [['integer', 'n', 'N']], ['n digits max 10']],
    ['a number from below', [['integer', 'n', 'N', null, '. > 17']], ['n digits max 10 range 18-9999999999']],
    [
      'a number in quotes',
      [['integer', 'n', 'N', null, ". <= '99' and 5 <= ."]],
      ['n digits max 2 range 5-99'],
    ],
    ['a number of a fixed length', [['integer', 'n', 'N', null, 'string-length(.) = 6']], ['n digits max 6']],
    ['a code', [['text', 'n', 'N', null, "regex(., '^\\d{4,6}$')"]], ['n digits max 20 pattern ^\\d{4,6}$']],
    ['a name', [['text', 'n', 'N', null, "regex(., '^[A-Z]+$')"]], ['n voice_message']],
    ['a name of a reserved word', [['integer', 'end', 'N']], ['end_2 digits max 10']],
    [
      'two rows of one name',
      [
        ['note', 'a', 'A'],
        ['note', 'a', 'B'],
      ],
      ['a message', 'a_2 message'],
    ],
    [
      'an unanswered question',
      [
        ['select_one yn', 'a', 'A'],
        ['note', 'b', 'B', "${a} = ''"],
      ],
      ['a choice 1=yes 2=no', 'if_b branch not (a = a) else end', 'b message'],
    ],
    [
      'a count of answers',
      [
        ['select_multiple yn', 'a', 'A'],
        ['note', 'b', 'B', 'count-selected(${a}) > 1'],
      ],
      [
        'a message',
        'a_yes choice 1=yes 2=no',
        'a_no choice 1=yes 2=no',
        'set_b_part set b_part = 0',
        "if_b_part branch a_yes = 'yes' else set_b_part_2",
        'then_b_part set b_part = 1',
        'set_b_part_2 set b_part_2 = 0',
        "if_b_part_2 branch a_no = 'yes' else if_b",
        'then_b_part_2 set b_part_2 = 1',
        'if_b branch b_part + b_part_2 > 1 else end',
        'b message',
      ],
    ],
    [
      'a constant',
      [
        ['calculate', 'fee', null, null, null, '25 * 2'],
        ['note', 'a', 'A'],
      ],
      ['set_fee set fee = 25 * 2', 'a message'],
    ],
    [
      'an empty group',
      [['begin group', 'g', 'G', 'true()'], ['end group'], ['note', 'a', 'A']],
      ['a message'],
    ],
    [
      'ten choices',
      [['select_one ten', 'a', 'A']],
      ['a choice 1=c1 2=c2 3=c3 4=c4 5=c5 6=c6 7=c7 8=c8 9=c9 0=c10'],
    ],
  ])('%s', async (_, rows, expected) => {
    const ten = Array.from({ length: 10 }, (__, index) => ['ten', `c${index + 1}`, `Choice ${index + 1}`]);
    expect(stepLines((await importForm(formOf(rows, ten))).imported).toSorted()).toEqual(expected.toSorted());
  });

  it.each<[string, SheetRows[number], string]>([
    ['a condition that cannot be read', ['note', 'x', 'X', '${a} ='], 'left_out survey 3 relevant'],
    ['a condition on nothing', ['note', 'x', 'X', "${nobody} = 'a'"], 'left_out survey 3 relevant'],
    ['a condition on what comes later', ['note', 'x', 'X', "${later} = 'a'"], 'left_out survey 3 relevant'],
    ['a list that is not there', ['select_one nothing', 'x', 'X'], 'left_out survey 3 type'],
    ['no label', ['integer', 'x', null], 'left_out survey 3 label'],
    ['no name', ['integer', null, 'X'], 'left_out survey 3 name'],
    ['no type', [null, 'x', 'X'], 'left_out survey 3 type'],
    [
      'a constraint on another answer',
      ['integer', 'x', 'X', null, '. > ${a}'],
      'left_out survey 3 constraint',
    ],
    ['a pattern of letters', ['text', 'x', 'X', null, "regex(., '[a-z]+')"], 'left_out survey 3 constraint'],
    [
      'a calculation of the clock',
      ['calculate', 'x', null, null, null, 'now()'],
      'left_out survey 3 calculation',
    ],
  ])('%s is named', async (_, row, line) => {
    const rows = [['select_one yn', 'a', 'A'], row, ['select_one yn', 'later', 'Later']];
    expect(noteLines((await importForm(formOf(rows))).imported)).toContain(line);
  });
});

describe('a workbook that is no form', () => {
  it.each<[string, Form, string]>([
    ['without a sheet «survey»', { Sheet1: [['type', 'name']] }, '/survey: is missing'],
    [
      'without columns',
      {
        survey: [
          ['question', 'answer'],
          ['a', 'b'],
        ],
      },
      '/survey/1: has no column «type»',
    ],
    [
      'without labels',
      {
        survey: [
          ['type', 'name'],
          ['note', 'a'],
        ],
      },
      '/survey/1: has no column «label»',
    ],
    [
      'without anything for a phone',
      {
        survey: [
          ['type', 'name', 'label'],
          ['image', 'a', 'A'],
        ],
      },
      '/survey: has no row',
    ],
    ['with nothing in it', { survey: [] }, '/survey/1: has no column «type»'],
  ])('%s', async (_, form, start) => {
    const result = await importFlow(
      { words, flows: { getFlow: () => Promise.resolve(null) } },
      { source: 'xlsform', bytes: await workbookOf(form), language: null },
    );
    const [fault] = result.result === 'unusable' ? result.faults : [];
    expect(`${fault?.pointer ?? ''}: ${fault?.detail ?? ''}`).toContain(start);
  });
});

/** What storing would find wrong, but for steps and languages that this version does not have. */
function faultsOf(imported: Imported): Fault[] {
  const library = libraryOf(words, imported.prompts);
  const validated = validateFlow(imported.flow, library);
  const faults = validated.result === 'invalid' ? validated.faults : [];
  return faults.filter(({ pointer }) => !pointer.startsWith('/languages/'));
}

describe('whatever the cells hold', () => {
  const forms = [schoolReopening, teachersQuiz, healthWorkers, householdSurvey];
  const nasty = fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      '{{',
      '}}',
      '${',
      '${a}',
      '__proto__',
      'constructor',
      'select_one',
      'begin group',
      'end repeat',
      "'",
      '"',
      '\u0000',
      '\ud800',
      '((((',
      'not(',
      '1'.repeat(400),
      '😀',
      'label::',
      '::',
      'a'.repeat(3000),
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const mutation = fc.tuple(fc.nat(2), fc.nat(30), fc.nat(12), nasty);

  it('never throws, names places in the sheets, and gives flows without faults but of limits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.array(mutation, { maxLength: 12 }), (form, mutations) => {
        const sheets = mutations.reduce<Form>((changed, [sheet, row, column, text]) => {
          const name = Object.keys(changed)[sheet % Object.keys(changed).length] ?? '';
          const rows = (changed[name] ?? []).map((cells) => [...cells]);
          const cells = rows[row % Math.max(1, rows.length)];
          if (cells !== undefined) cells[column] = text;
          return { ...changed, [name]: rows };
        }, form);
        const result = importXlsForm(sheetsOf(sheets), { language: null });
        if (result.result === 'unusable') {
          expect(result.faults.length).toBeGreaterThan(0);
          return;
        }
        const { flow, notes } = result.imported;
        expect(faultsOf(result.imported)).toEqual([]);
        expect(new Set(flow.steps.map(({ id }) => id)).size).toBe(flow.steps.length);
        for (const { place } of notes) expect(place).toMatchObject({ row: expect.any(Number) as number });
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
