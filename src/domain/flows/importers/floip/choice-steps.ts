import { keys } from '../../keys.ts';
import { cutText } from '../storable-text.ts';
import { askedSteps, type BlockSteps } from './asked-steps.ts';
import { defaultDestination, holdsFor, testedExits, writeTest, type TestedExit } from './block-exits.ts';
import { note, type FloipBuilder } from './floip-builder.ts';
import { labelOfResource, wordsOfResource, type FloipSay } from './floip-words.ts';
import { promptOf, wayOn, withoutWords } from './prompt-of-block.ts';
import { ivrOf, listIn, recordIn, textIn, type FloipBlock } from './read-container.ts';

/** Digits alone: `*` repeats, `#` ends an entry. */
const optionKeys = keys.slice(0, 10);

interface FloipChoice {
  name: string;
  prompt: unknown;
  test: string;
}

export function choiceSteps(builder: FloipBuilder, block: FloipBlock, id: string): BlockSteps {
  const choices = choicesOf(block);
  const byKey = keyed(builder, block, { choices, id });
  if (byKey === null) {
    const detail =
      choices.length === 0
        ? 'The question has no choices.'
        : `The question has ${choices.length} choices, and a phone has ten keys for them.`;
    note(builder, block, { kind: 'left_out', detail, ...wayOn });
    return null;
  }
  const words = choiceWords(builder, block, { byKey, id });
  if (words === null) return null;
  const exits = testedExits(builder, block);
  const otherwise = defaultDestination(block);
  const isStatic = exits.every(({ test }) =>
    choices.every(({ name }) => holdsFor(test, { id, value: name }) !== null),
  );
  if (isStatic) return staticChoice(byKey, words, { id, exits, otherwise });
  const options = Object.fromEntries(
    byKey.map(([key, { name }]) => [key, { value: name, ...labelled(words, name) }]),
  );
  return askedSteps(builder, block, { id, type: 'choice', say: words.say, options });
}

interface ChoiceWords {
  say: FloipSay | FloipSay[];
  /** By choice; null where the words have the choices already. */
  labels: ReadonlyMap<string, Record<string, string>> | null;
}

/** Where the tests look at this answer alone, each option knows where it leads. */
function staticChoice(
  byKey: readonly (readonly [string, FloipChoice])[],
  words: ChoiceWords,
  { id, exits, otherwise }: { id: string; exits: readonly TestedExit[]; otherwise: string | null },
): BlockSteps {
  const destinationOf = (value: string): string | null => {
    const exit = exits.find(({ test }) => holdsFor(test, { id, value }) === true);
    return exit === undefined ? otherwise : exit.destination;
  };
  return (targetOf) => [
    {
      id,
      type: 'choice',
      say: words.say,
      options: Object.fromEntries(
        byKey.map(([key, { name }]) => [
          key,
          { value: name, ...labelled(words, name), next: targetOf(destinationOf(name)) },
        ]),
      ),
      give_up: targetOf(otherwise),
    },
  ];
}

function labelled({ labels }: ChoiceWords, name: string): { label?: Record<string, string> } {
  const label = labels?.get(name);
  return label === undefined ? {} : { label };
}

/** A list of choices, or, as the first drafts of the standard had it, resources by name. */
function choicesOf({ config }: FloipBlock): FloipChoice[] {
  const listed = Array.isArray(config['choices'])
    ? listIn(config['choices']).map((value) => {
        const fields = recordIn(value);
        const test = textIn(recordIn(fields['ivr_test'])['test_expression']);
        return { name: textIn(fields['name']), prompt: fields['prompt'], test };
      })
    : Object.entries(recordIn(config['choices'])).map(([name, prompt]) => ({ name, prompt, test: '' }));
  const named = listed
    .filter(({ name }) => name.trim() !== '')
    .map((each) => ({ ...each, name: cutText(each.name.replaceAll(/\s+/g, ' ').trim(), 100) }));
  return [...new Map(named.map((each) => [each.name, each])).values()];
}

/** The key of each choice: that of its test for IVR, else the next that is free. Null where there are more choices than keys. */
function keyed(
  builder: FloipBuilder,
  block: FloipBlock,
  { choices, id }: { choices: readonly FloipChoice[]; id: string },
): (readonly [string, FloipChoice])[] | null {
  if (choices.length === 0 || choices.length > optionKeys.length) return null;
  const taken = new Map<string, FloipChoice>();
  const rest = choices.filter((each) => {
    const written = each.test === '' ? null : writeTest(builder, block, each.test);
    if (written?.result !== 'expression') return true;
    const key = optionKeys.find(
      (value) => !taken.has(value) && holdsFor(written.text, { id, value }) === true,
    );
    if (key !== undefined) taken.set(key, each);
    return key === undefined;
  });
  for (const each of rest) {
    const free = optionKeys.find((key) => !taken.has(key));
    if (free !== undefined) taken.set(free, each);
  }
  return optionKeys.flatMap((key) => {
    const each = taken.get(key);
    return each === undefined ? [] : [[key, each] as const];
  });
}

/** `prompt` has the choices in its words; after `question_prompt` they are read out one by one. */
function choiceWords(
  builder: FloipBuilder,
  block: FloipBlock,
  { byKey, id }: { byKey: readonly (readonly [string, FloipChoice])[]; id: string },
): ChoiceWords | null {
  const { config } = block;
  if (config['question_prompt'] === undefined || config['question_prompt'] === null) {
    const say = promptOf(builder, block, id);
    return say === null ? null : { say, labels: null };
  }
  const say = wordsOfResource(builder, block, { reference: config['question_prompt'], promptName: id });
  if (say === null) return withoutWords(builder, block);
  const labels = new Map(byKey.map(([, { name, prompt }]) => [name, labelOfResource(builder, prompt)]));
  const complete = [...labels].flatMap(([name, label]) => (label === null ? [] : [[name, label] as const]));
  if (complete.length === labels.size) return { say, labels: new Map(complete) };
  const items = listedChoices(builder, block, { byKey, id });
  if (items === null) return withoutWords(builder, block);
  return { say: [say, ...items].flat(), labels: null };
}

/** Each choice's recording and then that of its key. */
function listedChoices(
  builder: FloipBuilder,
  block: FloipBlock,
  { byKey, id }: { byKey: readonly (readonly [string, FloipChoice])[]; id: string },
): FloipSay[] | null {
  const digitPrompts = listIn(ivrOf(block.config)['digit_prompts'] ?? block.config['digit_prompts']);
  const items = byKey.flatMap(([key, { prompt }]) => {
    const reference = digitPrompts[optionKeys.findIndex((each) => each === key)];
    return [
      wordsOfResource(builder, block, { reference: prompt, promptName: `${id}_choice_${key}` }),
      wordsOfResource(builder, block, { reference, promptName: `press_${key}` }),
    ];
  });
  const known = items.filter((item) => item !== null);
  return known.length === items.length ? known : null;
}
