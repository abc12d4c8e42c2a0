import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { localText, say } from '../../prompts/say.ts';
import { key, questionFields, target } from './step-fields.ts';

const optionValue = plainText({ min: 1, max: 100 });

/** Asks for one key among `options`. */
export const choiceDefinition = z.strictObject({
  ...questionFields,
  type: z.literal('choice'),
  options: z
    .partialRecord(
      key,
      z.strictObject({
        value: optionValue,
        label: localText.optional(),
        next: target.optional(),
        call_me_back: z.boolean().optional().meta({
          description: 'Whoever chooses this is put on the list of those whom a person is to call.',
        }),
      }),
    )
    .refine((options) => Object.keys(options).length > 0, 'must have at least one option'),
  correct: optionValue.optional(),
  on_correct: z.strictObject({ say }).optional(),
  on_wrong: z.strictObject({ say }).optional(),
});
export type ChoiceStep = z.infer<typeof choiceDefinition>;
export type ChoiceOption = NonNullable<ChoiceStep['options'][keyof ChoiceStep['options']]>;
