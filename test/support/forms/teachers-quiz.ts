import type { SheetRows } from '../workbook-of.ts';

/** A quiz whose score the form works out, with `if()`; its languages have names and no codes. */
export const teachersQuiz: Record<string, SheetRows> = {
  survey: [
    ['type', 'name', 'label::Hindi', 'label::English', 'relevant', 'calculation'],
    ['note', 'intro', 'उपचारात्मक शिक्षण पर तीन प्रश्न।', 'Three questions about remedial teaching.'],
    ['select_one abc', 'Q1', 'बच्चों का स्तर कब जाँचें?', 'When do you test the level of the children?'],
    ['select_one group_size', 'Q2', 'एक समूह में कितने बच्चे हों?', 'How many children should be in a group?'],
    ['select_one true_false', 'Q3', 'हर बच्चा एक ही गति से सीखता है।', 'Every child learns at the same speed.'],
    [
      'calculate',
      'score',
      null,
      null,
      null,
      "if(${Q1} = 'a', 1, 0) + if(${Q2} = '2', 1, 0) + if(selected(${Q3}, 'false'), 1, 0)",
    ],
    ['note', 'all_right', 'शाबाश! सब सही।', 'Well done! All right.', '${score} = 3'],
    [
      'note',
      'some_right',
      'आपके ${score} उत्तर सही हैं।',
      '${score} of your answers are right.',
      '${score} > 0 and ${score} < 3',
    ],
    ['note', 'none_right', 'अगली बार बेहतर होगा।', 'Better luck next time.', 'not(${score} > 0)'],
  ],
  choices: [
    ['list name', 'name', 'label::Hindi', 'label::English'],
    ['abc', 'a', 'शुरुआत में', 'At the beginning'],
    ['abc', 'b', 'अंत में', 'At the end'],
    ['abc', 'c', 'कभी नहीं', 'Never'],
    ['group_size', 1, 'पाँच से कम', 'Fewer than five'],
    ['group_size', 2, 'दस से पंद्रह', 'Ten to fifteen'],
    ['group_size', 3, 'तीस', 'Thirty'],
    ['true_false', 'true', 'सही', 'True'],
    ['true_false', 'false', 'गलत', 'False'],
  ],
  settings: [
    ['form_title', 'form_id'],
    ["Teachers' quiz", 'TeachersQuiz-v2'],
  ],
};
