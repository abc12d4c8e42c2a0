import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { listFlowResponses, type FlowResponseFilter } from '../../../src/db/flow-responses.ts';
import { createPostgresLedger } from '../../../src/db/postgres-ledger.ts';
import type { Call, CallResponse } from '../../../src/domain/calls/call.ts';
import { resultRow, resultRowId } from '../../../src/domain/flows/flow-results.ts';
import { createTestDatabase } from '../../support/database.ts';
import { sampleAcceptance } from '../../support/sample-call.ts';

const test = await createTestDatabase();
afterAll(() => test.drop());
beforeEach(() => test.clear());

const t0 = 1_800_000_000_000;
const ledger = createPostgresLedger(test);
const number = '+919876543210';

function response(question: string, more: Partial<CallResponse> = {}): CallResponse {
  return {
    question,
    value: 'b',
    key: '2',
    givenOn: 'call',
    attempt: 1,
    at: t0,
    correct: null,
    person: null,
    ...more,
  };
}

async function accepted(flow: Call['flow'], responses: CallResponse[]): Promise<Call> {
  const acceptance = sampleAcceptance({ number, at: t0, changes: { flow, responses } });
  expect(await ledger.accept(acceptance)).toEqual({ result: 'accepted' });
  return acceptance.transition.call;
}

function list(filter: Partial<FlowResponseFilter>) {
  const all = { flowId: 'quiz', version: null, after: null, since: null, until: null, limit: 100 };
  return listFlowResponses(test.database, { ...all, ...filter });
}

describe('responses of a flow', () => {
  it('are those of its calls, of one version or of all', async () => {
    const first = await accepted({ id: 'quiz', version: 1 }, [response('q1'), response('q2')]);
    const second = await accepted({ id: 'quiz', version: 2 }, [response('q1')]);
    await accepted({ id: 'other', version: 1 }, [response('q1')]);
    expect((await list({})).map(resultRowId)).toEqual([
      `${first.id}/q1`,
      `${first.id}/q2`,
      `${second.id}/q1`,
    ]);
    expect((await list({ version: 2 })).map(({ callId }) => callId)).toEqual([second.id]);
    expect(await list({ flowId: 'nobody' })).toEqual([]);
  });

  it('are read page by page, each once, also where people share a phone', async () => {
    // Each call has objects of its own, as in life: what was written once is known by its identity.
    const shared = () => [response('q1', { person: 'p1' }), response('q1', { person: 'p2' }), response('q2')];
    await accepted({ id: 'quiz', version: 1 }, shared());
    await accepted({ id: 'quiz', version: 1 }, shared());
    const whole = (await list({})).map(resultRowId);
    const read: string[] = [];
    for (let after: FlowResponseFilter['after'] = null; ;) {
      const [next] = await list({ after, limit: 1 });
      if (next === undefined) break;
      read.push(resultRowId(next));
      after = next;
    }
    expect(read).toEqual(whole);
    expect(new Set(read).size).toBe(6);
  });

  it('are filtered by when they were given', async () => {
    await accepted({ id: 'quiz', version: 1 }, [response('q1'), response('q2', { at: t0 + 5 })]);
    expect((await list({ since: t0 })).map(({ question }) => question)).toEqual(['q2']);
    expect((await list({ until: t0 })).map(({ question }) => question)).toEqual(['q1']);
  });

  it('never have the number, but a code that is the same for the same person', async () => {
    await accepted({ id: 'quiz', version: 1 }, [response('q1', { value: '007' })]);
    await accepted({ id: 'quiz', version: 1 }, [response('q1')]);
    const rows = (await list({})).map((each) => resultRow(each, 'text'));
    expect(JSON.stringify(rows)).not.toContain(number.slice(3));
    expect(new Set(rows.map(([, , contact]) => contact)).size).toBe(1);
    expect(rows[0]).toEqual([
      new Date(t0).toISOString().replace('Z', '+00:00'),
      expect.stringMatching(/^call_.*\/q1$/),
      expect.any(String),
      expect.stringMatching(/^call_/),
      'q1',
      '007',
      { key: '2', given_on: 'call', attempt: 1, language: 'hi', flow_version: 1 },
    ]);
  });
});
