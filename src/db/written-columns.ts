import type { ColumnTypes } from './row-columns.ts';

/**
 * What is written of calls, their responses and events: each column with its type in SQL, once for the statements that write one call and those that write many. The
 * columns of a record are in the order in which they are inserted.
 */

/** Of a call, as it was asked for; no move changes it. */
const askedTypes = {
  id: 'text',
  direction: 'text',
  line: 'text',
  person: 'text',
  to_masked: 'text',
  reference: 'text',
  campaign_id: 'text',
  list: 'text',
  flow_id: 'text',
  flow_version: 'int',
  priority: 'call_priority',
  purpose: 'text',
  trunk: 'text',
  caller_id: 'text',
  not_before: 'timestamptz',
  not_after: 'timestamptz',
  max_duration_ms: 'bigint',
  created_at: 'timestamptz',
  request: 'jsonb',
} as const;

/** Of a call, as its last move left it. */
const movedTypes = {
  revision: 'int',
  sequence: 'int',
  language: 'text',
  progress: 'jsonb',
  status: 'text',
  next_attempt_at: 'timestamptz',
  ended_at: 'timestamptz',
  outcome: 'text',
  blocked_by: 'text',
  problem: 'jsonb',
  session: 'jsonb',
} as const;

const timelineType = { timeline: 'jsonb' } as const;

/** What a move brings for other tables. */
const besideTypes = {
  ...timelineType,
  opt_out: 'text',
  opt_out_id: 'text',
  opt_ins: 'jsonb',
  voice_messages: 'jsonb',
  moved_at: 'timestamptz',
} as const;

/** Without the id of the call, whose place the statements choose. */
export const moveRecord = recordOf({ ...movedTypes, ...besideTypes });

/** @param from the alias of the row with the move */
export const setMoved = (from: string): string =>
  Object.keys(movedTypes)
    .map((column) => `${column} = ${from}.${column}`)
    .join(', ');

/** As `calls` has them. */
export const newCallColumns = columnsOf({ ...askedTypes, ...movedTypes });
export const newCallRecord = recordOf({ ...askedTypes, ...movedTypes, ...besideTypes });
/** Of a new call among many, with its sealed number in base64. */
export const newCallTypes = {
  ...askedTypes,
  ...movedTypes,
  ...timelineType,
  sealed_number: 'text',
} as const;

/** The id is first: it tells rows apart, see `ColumnTypes`. */
export const eventTypes = {
  id: 'text',
  day: 'date',
  type: 'text',
  call_id: 'text',
  sequence: 'int',
  at: 'timestamptz',
  body: 'text',
} as const;
export const eventColumns = columnsOf(eventTypes);
export const eventRecord = recordOf(eventTypes);

const responseTypes = {
  call_id: 'text',
  question: 'text',
  person: 'text',
  position: 'int',
  value: 'text',
  key: 'text',
  given_on: 'text',
  attempt: 'int',
  at: 'timestamptz',
  correct: 'boolean',
  consent: 'jsonb',
} as const;
export const responseColumns = columnsOf(responseTypes);
export const responseRecord = recordOf(responseTypes);

function columnsOf(types: ColumnTypes): string {
  return Object.keys(types).join(', ');
}

/** As `jsonb_to_record` and `jsonb_to_recordset` want it. */
function recordOf(types: ColumnTypes): string {
  return Object.entries(types)
    .map(([column, type]) => `${column} ${type}`)
    .join(', ');
}
