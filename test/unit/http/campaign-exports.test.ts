import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/domain/calls/call.ts';
import { sampleCall } from '../../support/sample-call.ts';
import { ask, campaignId, fakeGateway, keyWith } from './fake-gateway.ts';

const number = '+919876543210';

async function exported(path: string, calls: Call[], key?: string): Promise<string[]> {
  async function* each() {
    for (const call of calls) yield await Promise.resolve({ call, number });
  }
  const gateway = fakeGateway({
    exportCalls: () =>
      Promise.resolve({
        questions: ['q1', 'q2'],
        metadataKeys: () => Promise.resolve(['batch', 'district']),
        calls: each(),
      }),
  });
  const response = await ask(
    gateway,
    `GET /v1/campaigns/${campaignId}/${path}`,
    key === undefined ? {} : { key },
  );
  expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  return new TextDecoder().decode(bytes).trimEnd().split('\r\n');
}

function unanswered(reference: string): Call {
  const state = {
    status: 'ended',
    endedAt: 1,
    outcome: 'no_answer',
    blockedBy: null,
    problem: null,
  } as const;
  return sampleCall({ changes: { reference, state } });
}

describe('the list of who was not reached', () => {
  it('has a row for each, and numbers in clear for who may see them', async () => {
    const [header, row] = await exported(
      'unreached.csv',
      [unanswered('teacher-1')],
      keyWith('calls:read', 'numbers:read'),
    );
    expect(header).toBe(
      'reference,to,outcome,resume_at,heard_percent,attempts,language,last_attempt_at,call_id,metadata.batch,metadata.district',
    );
    expect(row).toMatch(/^teacher-1,'\+919876543210,no_answer,,0,0,hi,,call_\w+,,Pune$/);
  });

  it('has masked numbers for anybody else', async () => {
    const [, row] = await exported('unreached.csv', [unanswered('teacher-1')], keyWith('calls:read'));
    expect(row).toContain("'+91******0001");
    expect(row).not.toContain(number);
  });

  it.each<[string, string]>([
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-2', "'-2"],
    ['a,"b"', '"a,""b"""'],
    ['=a,b', '"\'=a,b"'],
    ['plain', 'plain'],
  ])('guards %s', async (reference, cell) => {
    const [, row] = await exported('unreached.csv', [unanswered(reference)]);
    expect(row?.startsWith(`${cell},`)).toBe(true);
  });
});

it('the log sheet has a code instead of the number, and the answers', async () => {
  const call = unanswered('teacher-1');
  const [header, row] = await exported('calls.csv', [
    {
      ...call,
      responses: [
        {
          question: 'q2',
          value: 'b',
          key: '2',
          givenOn: 'call',
          attempt: 1,
          at: 1,
          correct: true,
          person: null,
        },
      ],
    },
  ]);
  expect(header).toMatch(/^person,reference,.*,responses\.q1,responses\.q2$/);
  expect(row).toMatch(/^p-[\w-]{12},teacher-1,call_.*,,b$/);
  expect(row).not.toContain(number.slice(1));
  expect(row).not.toContain(call.toMasked);
});

it('no export has a name in it: variables are shown to nobody', async () => {
  for (const path of ['unreached.csv', 'calls.csv']) {
    const rows = await exported(path, [unanswered('teacher-1')], keyWith('calls:read', 'numbers:read'));
    expect(rows.join('\n')).not.toContain('आशा');
  }
});
