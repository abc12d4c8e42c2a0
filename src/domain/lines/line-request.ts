import { z } from 'zod';
import { formatDuration, parseDurationMs } from '../../lib/duration.ts';
import { callingHoursSchema } from '../calls/calling-hours-schema.ts';
import { plainText } from '../plain-text.ts';
import type { AnsweredLine, CallBack, Line, LineNumber, MissedCallLine } from './line.ts';
import type { Fault } from '../fault.ts';

const dayMs = 24 * 60 * 60_000;
const usualDebounce = 'PT5M';
const usualDelay = 'PT20S';

const span = z
  .string()
  .max(40)
  .refine(
    (text) => (parseDurationMs(text) ?? Infinity) <= dayMs,
    'must be an ISO 8601 duration from PT0S to P1D, such as PT5M',
  );

const flowName = plainText({ min: 1, max: 80 }).meta({
  description: '`welcome` (the newest version at each call) or `welcome@3`',
});
const language = plainText({ min: 1, max: 35 });
const list = plainText({ min: 1, max: 100 });

const callBackSchema = z.strictObject({
  flow: flowName,
  language: language.optional().meta({
    description: 'For callers who were never spoken to in another; default the first of the flow.',
  }),
  delay: span.optional().meta({ description: `Default ${usualDelay}.` }),
});

const missedCallLineSchema = z
  .strictObject({
    mode: z.literal('missed_call'),
    list: list.optional(),
    debounce: span.optional().meta({
      description: `A caller's further calls within this time are repeats of the first. Default ${usualDebounce}.`,
    }),
    call_back: callBackSchema.optional(),
    confirm: z.boolean().optional().meta({
      description:
        'Only the consent that is given in the call-back is an opt-in to the list; else the missed call is one.',
    }),
    opt_out: z
      .boolean()
      .optional()
      .meta({ description: 'A missed call opts out: of the list, or of all calls where there is none.' }),
  })
  .meta({ id: 'MissedCallLineRequest' });

const answeredLineSchema = z
  .strictObject({
    mode: z.literal('answer'),
    flow: flowName,
    language: language.optional(),
    list: list.optional(),
    opening_hours: callingHoursSchema.optional().meta({
      description: 'Default at all hours. Without a time zone, that of the line.',
    }),
    closed_flow: flowName.optional().meta({
      description: 'Runs outside the opening hours; without it such a call is refused, as a missed call.',
    }),
    full: z.enum(['call_back', 'busy']).optional().meta({
      description: 'What becomes of callers when nobody can take the call. Default `busy`.',
    }),
  })
  .meta({ id: 'AnsweredLineRequest' });

/** What a line is to do, as it comes over HTTP. */
export const lineRequestSchema = z
  .discriminatedUnion('mode', [missedCallLineSchema, answeredLineSchema])
  .meta({ id: 'LineRequest' });
export type LineRequest = z.infer<typeof lineRequestSchema>;

/** What contradicts itself in a request; what it names is looked up elsewhere. */
export function faultsOfLine(request: LineRequest): Fault[] {
  if (request.mode === 'answer') return [];
  const faults: Fault[] = [];
  const { call_back: callBack, confirm = false, opt_out: optOut = false } = request;
  if (confirm && callBack === undefined)
    faults.push({ pointer: '/confirm', detail: 'must come with call_back: there the caller is asked' });
  if (confirm && request.list === undefined)
    faults.push({ pointer: '/list', detail: 'is needed with confirm: it is what the caller opts in to' });
  if (optOut && callBack !== undefined)
    faults.push({
      pointer: '/call_back',
      detail: 'must be left out with opt_out: nobody is called after saying no',
    });
  return faults;
}

/** The line with what the request leaves out filled in. */
export function lineOf(
  number: LineNumber,
  request: LineRequest,
  times: { createdAt: number; changedAt: number },
): Line {
  const base = { number, list: request.list ?? null, ...times };
  return request.mode === 'answer' ? answeredLineOf(base, request) : missedCallLineOf(base, request);
}

type Base = Pick<Line, 'number' | 'list' | 'createdAt' | 'changedAt'>;

function missedCallLineOf(base: Base, request: z.infer<typeof missedCallLineSchema>): MissedCallLine {
  return {
    ...base,
    mode: 'missed_call',
    debounceMs: spanMs(request.debounce ?? usualDebounce),
    callBack: request.call_back === undefined ? null : callBackOf(request.call_back),
    confirm: request.confirm ?? false,
    optOut: request.opt_out ?? false,
  };
}

function callBackOf(request: z.infer<typeof callBackSchema>): CallBack {
  return {
    flow: request.flow,
    language: request.language ?? null,
    delayMs: spanMs(request.delay ?? usualDelay),
  };
}

function answeredLineOf(base: Base, request: z.infer<typeof answeredLineSchema>): AnsweredLine {
  return {
    ...base,
    mode: 'answer',
    flow: request.flow,
    language: request.language ?? null,
    openingHours: request.opening_hours ?? null,
    closedFlow: request.closed_flow ?? null,
    full: request.full ?? 'busy',
  };
}

function spanMs(text: string): number {
  return parseDurationMs(text) ?? 0;
}

/** The request that makes this line, every default written out: what is stored, and what is shown. */
export function requestOf(line: Line): LineRequest {
  const listed = line.list === null ? {} : { list: line.list };
  if (line.mode === 'answer')
    return {
      mode: 'answer',
      flow: line.flow,
      ...(line.language === null ? {} : { language: line.language }),
      ...listed,
      ...(line.openingHours === null ? {} : { opening_hours: line.openingHours }),
      ...(line.closedFlow === null ? {} : { closed_flow: line.closedFlow }),
      full: line.full,
    };
  return {
    mode: 'missed_call',
    ...listed,
    debounce: formatDuration(line.debounceMs),
    ...(line.callBack === null
      ? {}
      : {
          call_back: {
            flow: line.callBack.flow,
            ...(line.callBack.language === null ? {} : { language: line.callBack.language }),
            delay: formatDuration(line.callBack.delayMs),
          },
        }),
    confirm: line.confirm,
    opt_out: line.optOut,
  };
}
