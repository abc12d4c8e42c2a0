import { endWithoutAttempt, type Move } from '../domain/calls/call-moves.ts';
import type { Call } from '../domain/calls/call.ts';
import { assert } from '../lib/assert.ts';

/** The move that accepts a call: who opted out is reported and not called. */
export function queued(call: Call, blockedBy: string | null): Extract<Move, { result: 'moved' }> {
  const facts = [{ type: 'call.queued' } as const];
  if (blockedBy === null) return { result: 'moved', call, facts, timeline: [] };
  const ended = endWithoutAttempt(call, { at: call.createdAt, outcome: 'blocked', blockedBy, problem: null });
  assert(ended.result === 'moved', 'a call that waits can be ended');
  return { ...ended, facts: [...facts, ...ended.facts] };
}
