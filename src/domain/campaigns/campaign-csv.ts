import type { Call, Outcome } from '../calls/call.ts';
import { outcomes } from '../calls/call.ts';
import { viewCall } from '../calls/call-view.ts';
import type { Cell } from '../../lib/write-csv.ts';

/** Who was not reached, or not to the end: all that somebody of the call centre should ring. */
const settledOutcomes: readonly Outcome[] = ['completed', 'opted_out', 'cancelled', 'blocked'];
export const unreachedOutcomes: readonly Outcome[] = outcomes.filter(
  (each) => !settledOutcomes.includes(each),
);

const unreachedColumns = [
  'reference',
  'to',
  'outcome',
  'resume_at',
  'heard_percent',
  'attempts',
  'language',
  'last_attempt_at',
  'call_id',
] as const;

/** What the orchestrator gave each call for its own use helps the call centre to share out the list. No name is in it: variables are shown to nobody. */
export function unreachedHeader(metadataKeys: readonly string[]): string[] {
  return [...unreachedColumns, ...metadataKeys.map((key) => `metadata.${key}`)];
}

/** @param shown the number as this asker may see it, and the keys of the header */
export function unreachedRow(
  call: Call,
  { number, metadataKeys }: { number: string; metadataKeys: readonly string[] },
): Cell[] {
  const view = viewCall(call);
  return [
    view.reference,
    number,
    view.outcome,
    view.resume_at,
    view.heard_percent,
    call.attempts.length,
    view.language,
    view.attempts.at(-1)?.started_at ?? null,
    view.id,
    ...metadataKeys.map((key) => (Object.hasOwn(view.metadata, key) ? (view.metadata[key] ?? null) : null)),
  ];
}

const logColumns = [
  'person',
  'reference',
  'call_id',
  'language',
  'status',
  'outcome',
  'reached',
  'answered',
  'human',
  'heard_percent',
  'attempts',
  'first_attempt_at',
  'answered_at',
  'ended_at',
  'talk_seconds',
  'correct',
] as const;

export function logHeader(questions: readonly string[]): string[] {
  return [...logColumns, ...questions.map((question) => `responses.${question}`)];
}

/** One row of the log sheet. The person is a code: the same for the same phone, and nobody can tell the number by it. */
export function logRow(call: Call, questions: readonly string[]): Cell[] {
  const view = viewCall(call);
  const answered = call.attempts.filter((attempt) => attempt.answeredAt !== null);
  const talkMs = answered.reduce(
    (sum, attempt) => sum + (attempt.ended?.at ?? attempt.answeredAt ?? 0) - (attempt.answeredAt ?? 0),
    0,
  );
  return [
    personCode(call),
    view.reference,
    view.id,
    view.language,
    view.status,
    view.outcome,
    view.reached,
    view.answered,
    view.human,
    view.heard_percent,
    call.attempts.length,
    view.attempts[0]?.started_at ?? null,
    view.attempts.find((attempt) => attempt.answered_at !== null)?.answered_at ?? null,
    view.ended_at,
    Math.round(talkMs / 1000),
    view.score?.correct ?? null,
    ...questions.map((question) => call.responses.find((each) => each.question === question)?.value ?? null),
  ];
}

function personCode({ person }: Call): string {
  return `p-${person.slice(0, 12)}`;
}
