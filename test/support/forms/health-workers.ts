import type { SheetRows } from '../workbook-of.ts';

/** Skip logic two groups deep, in one language that the form does not name, with the older spellings of types and columns. */
export const healthWorkers: Record<string, SheetRows> = {
  survey: [
    ['type', 'name', 'label', 'relevance', 'constraint', 'constraint message', 'calculation', 'parameters'],
    ['today', 'today'],
    ['begin group', 'visit', 'Visits'],
    ['select1 yn', 'visited', 'Did you visit a pregnant woman this week?'],
    ['begin group', 'pregnancy', 'Pregnancy', "${visited} = 'yes'"],
    ['int', 'months', 'In which month is she?', null, '. > 0 and . < 10', 'Press a number from one to nine.'],
    ['select one from weight_known', 'weight_known', 'Do you know her weight?'],
    ['decimal', 'weight', 'How many kilograms?', "${weight_known} = 'yes'"],
    ['note', 'heavy', 'Please measure again.', '${weight} > 100'],
    ['begin group', 'danger', 'Danger signs', '${months} >= 7 or ${months} = 1'],
    ['select one yn', 'bleeding', 'Did she bleed?'],
    [
      'note',
      'go_now',
      'Take her to the hospital **now**.',
      "selected(${bleeding}, 'yes') and not(${months} < 3)",
    ],
    ['end group'],
    ['end group'],
    ['end group'],
    [
      'range',
      'satisfied',
      'From one to five, how satisfied are you with your supplies?',
      null,
      null,
      null,
      null,
      'start=1 end=5 step=1',
    ],
    ['date', 'next_visit', 'When is your next visit?'],
    ['calculate', 'overdue', null, null, null, null, 'date-diff(today(), ${next_visit})'],
    [
      'audio',
      'message',
      'Leave a message for the doctor after the beep.',
      "${visited} = 'yes' or ${satisfied} <= 2",
    ],
    ['acknowledge', 'ok', 'Press OK to finish'],
  ],
  choices: [
    ['list_name', 'name', 'label'],
    ['yn', 'yes', 'Yes'],
    ['yn', 'no', 'No'],
    ['weight_known', 'yes', 'Yes'],
    ['weight_known', 'no', 'No'],
  ],
};
