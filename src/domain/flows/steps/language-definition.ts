import { z } from 'zod';
import { plainText } from '../../plain-text.ts';
import { languageTag, say } from '../../prompts/say.ts';
import { key, questionFields } from './step-fields.ts';

/** `label` takes the place of the gateway's own words: it is spoken as it stands, in the language that it offers. */
const offer = z.strictObject({ language: languageTag, label: plainText({ min: 1, max: 300 }).optional() });

/** Offers languages, each in its own voice. Without `options`: the flow's languages in their order, from key 1 on. */
export const languageDefinition = z.strictObject({
  ...questionFields,
  type: z.literal('language'),
  say: say.optional(),
  options: z
    .partialRecord(key, offer)
    .refine((options) => Object.keys(options).length > 1, 'must have at least two languages to choose from')
    .optional(),
});
export type LanguageStep = z.infer<typeof languageDefinition>;
