/**
 * Flows whose words are short, so that calls take seconds. Two questions with three options each, the second without a right answer;
 * one that is asked once; and an age, which is read back.
 */
const spoken = (hi: string, en: string): { text: Record<string, string> } => ({ text: { hi, en } });

const options = { '1': { value: 'a' }, '2': { value: 'b' }, '3': { value: 'c' } };

const frame = {
  languages: ['hi', 'en'],
  keys: { repeat: '*', opt_out: '0' },
  defaults: { first_key_timeout: 'PT3S', next_key_timeout: 'PT2S', attempts: 3 },
};

export const welcomeWords = { hi: 'नमस्ते जी', en: 'Good morning' };
export const firstQuestion = { hi: 'पहला सवाल', en: 'First question' };
export const secondQuestion = { hi: 'दूसरा सवाल', en: 'Second question' };
export const thanks = { hi: 'धन्यवाद', en: 'Thank you' };

export const testFlows = {
  quiz: {
    title: 'Two questions',
    ...frame,
    steps: [
      { id: 'welcome', type: 'message', say: { text: welcomeWords } },
      { id: 'q1', type: 'choice', say: { text: firstQuestion }, correct: 'a', options },
      { id: 'q2', type: 'choice', say: { text: secondQuestion }, options },
      { id: 'thanks', type: 'message', say: { text: thanks } },
    ],
  },
  once: {
    title: 'One question, asked once',
    ...frame,
    defaults: { first_key_timeout: 'PT3S', attempts: 1 },
    steps: [{ id: 'q1', type: 'choice', say: { text: firstQuestion }, options }],
  },
  age: {
    title: 'An age, read back',
    ...frame,
    steps: [
      {
        id: 'age',
        type: 'digits',
        say: spoken('आपकी उम्र', 'Your age'),
        min: 1,
        max: 2,
        terminator: '#',
        range: [1, 99],
        confirm: true,
      },
      { id: 'thanks', type: 'message', say: { text: thanks } },
    ],
  },
} as const;
