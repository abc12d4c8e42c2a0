import { z } from 'zod';
import { weekdays } from './calling-hours.ts';
import { isTimeZone } from './zone-offset.ts';

/** `calling_hours` of a request: what it leaves out comes from the configuration and from the person's number. */
export const callingHoursSchema = z.strictObject({
  start: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time from 00:00 to 23:59, written HH:MM')
    .optional(),
  end: z
    .string()
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time up to 24:00, written HH:MM')
    .optional(),
  days: z.array(z.enum(weekdays)).min(1, 'must name at least one day').max(7).optional(),
  time_zone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be the IANA name of a time zone, such as Asia/Kolkata')
    .optional(),
  holidays: z.array(z.iso.date()).max(366).optional(),
});
export type CallingHoursRequest = z.infer<typeof callingHoursSchema>;
