import { z } from 'zod';
import { callingHoursSchema } from '../../calls/calling-hours-schema.ts';
import { say } from '../../prompts/say.ts';
import { duration, stepId, target } from './step-fields.ts';

const number = z.string().max(40);
/** Each is looked up for every person who waits. */
const mostAgents = 50;

/** Joins the person to somebody else, and goes on when that talk is over. */
export const transferDefinition = z.strictObject({
  id: stepId,
  type: z.literal('transfer'),
  /** The number of the other one's phone, in E.164, or those of a queue of agents; which numbers may be called is for `transfer-rules.ts` to say. */
  to: z.union([number, z.array(number).min(1).max(mostAgents)]),
  /** Said first; left out: that the person is being put through. */
  say: say.optional(),
  /** What the other one hears before they are joined. */
  whisper: say.optional(),
  /** Said again and again while the person waits, with music in between unless `music` is false. */
  wait: z.strictObject({ say: say.optional(), music: z.boolean().optional() }).optional(),
  /** From the beginning of the step until they are joined. */
  max_wait: duration(5_000, 600_000).optional(),
  /** How long each phone rings; left out: 20 s in a queue, else as long as its trunk lets phones ring. */
  ring_time: duration(5_000, 120_000).optional(),
  /** When the other one may be called; left out: the calling hours of the configuration, where their number is. */
  calling_hours: callingHoursSchema.required({ start: true, end: true }).optional(),
  on_busy: target.optional(),
  on_no_answer: target.optional(),
  /** Outside the calling hours nobody is called. */
  on_closed: target.optional(),
  /** Where to go when nobody comes, for whatever other reason. */
  otherwise: target,
  next: target.optional(),
});
export type TransferStep = z.infer<typeof transferDefinition>;
