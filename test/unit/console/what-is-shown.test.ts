import { describe, expect, test } from 'vitest';
import { noCalls } from '../../../src/domain/campaigns/campaign-counts.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { PersonHash } from '../../../src/domain/calls/call.ts';
import { scopes } from '../../../src/domain/api-keys/scope.ts';
import type { UseCases } from '../../../src/workflows/use-cases.ts';
import { sampleCall } from '../../support/sample-call.ts';
import {
  callBackRequest,
  callId,
  campaign,
  campaignId,
  clearNumber,
  delivery,
  endpoint,
  endpointId,
  keyWith,
  trunkView,
  view,
} from '../http/fake-gateway.ts';
import { everyPage, pathOf } from './every-page.ts';
import { pagesUnderTest, textOf } from './pages-under-test.ts';

const at = 1_769_850_000_000;
const moment = '2026-01-31T09:00:00.000Z';

/** Text as a reader sees it: without the marks, on one line. */
async function wordsOf(response: Promise<Response>): Promise<string> {
  const text = await textOf(response);
  return text
    .slice(text.indexOf('<main'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'");
}

const hostile = `"><script>alert('x')</script><a href="javascript:alert(1)">&`;
const evil = (name: string): string => `${name}${hostile}`;

const response = {
  ...{ question: evil('question'), value: evil('value'), key: '1', given_on: 'call' as const, attempt: 1 },
  ...{ at: moment, correct: false, person: evil('person') },
};

/** A call in which everything that somebody else can write is hostile. */
const hostileCall: CallView = {
  ...view,
  reference: evil('reference'),
  list: evil('list'),
  language: evil('language'),
  flow: { id: evil('flow'), version: 3 },
  status: 'ended',
  outcome: 'completed',
  result: evil('result'),
  resume_at: evil('step'),
  blocked_by: evil('blocked'),
  problem: { code: evil('code'), detail: evil('detail') },
  responses: [response],
  people: [
    { id: evil('member'), responses: [response], resume_at: evil('step'), score: null, completed: true },
  ],
  metadata: { [evil('name')]: evil('metadata'), isEscaped: 'true' },
  attempts: [
    {
      ...{ id: 'att_1', number: 1, trunk: evil('trunk'), caller_id: evil('caller') },
      ...{ started_at: moment, ringing_at: null, answered_at: null, ended_at: moment, recording: null },
      verdict: {
        reason: evil('reason'),
        fault: evil('fault'),
        retryable: false,
        sip_code: 404,
        q850_cause: null,
      },
    },
  ],
};

const hostileCampaign = {
  ...campaign,
  name: evil('campaign'),
  list: evil('list'),
  flow: { id: evil('flow'), version: 1 },
  metadata: { [evil('name')]: evil('value') },
};

const hostileTrunk = {
  ...trunkView,
  reason: evil('why'),
  sightings: { [evil('asterisk')]: { up: false, reason: evil('reason'), since: at, seenAt: at } },
};

const hostileUseCases: Partial<UseCases> = {
  readCall: () => Promise.resolve({ view: hostileCall, number: null }),
  listCalls: () => Promise.resolve([{ view: hostileCall, number: null }]),
  readTimeline: () =>
    Promise.resolve([
      {
        at,
        type: evil('type'),
        attempt: 1,
        step: evil('step'),
        key: evil('key'),
        detail: { [evil('name')]: evil('detail') },
      },
    ]),
  readCampaign: () => Promise.resolve({ campaign: hostileCampaign, counts: noCalls, estimate: null }),
  listCampaigns: () => Promise.resolve([{ campaign: hostileCampaign, counts: noCalls }]),
  listStartedCampaigns: () => Promise.resolve([{ campaign: hostileCampaign, counts: noCalls }]),
  readCampaignReport: () =>
    Promise.resolve({
      groups: [
        {
          ...{
            group: '',
            calls: 1,
            by_status: { [evil('status')]: 1 },
            by_outcome: { [evil('outcome')]: 1 },
          },
          questions: [{ question: evil('question'), answers: { [evil('answer')]: 1, constructor: 2 } }],
          funnel: [{ step: evil('step'), calls: 1 }],
          hours: [{ hour: 9, attempts: 1, by_reason: { [evil('reason')]: 1 } }],
          attempts: [{ attempts: 1, calls: 1, by_outcome: { [evil('outcome')]: 1 } }],
        },
      ],
    }),
  listTrunks: () => Promise.resolve([hostileTrunk]),
  readCapacity: () =>
    Promise.resolve([
      {
        ...hostileTrunk,
        ...{ free: 1, perSecond: 1, isMeasured: true, timeZone: 'UTC', willFit: 1, windowClosesAt: null },
        queueAhead: { emergency: 0, high: 1, normal: 2 },
      },
    ]),
  listWebhookEndpoints: () =>
    Promise.resolve([
      {
        ...endpoint,
        url: `javascript:alert(1)//${hostile}`,
        description: evil('words'),
        disabledReason: evil('gone'),
      },
    ]),
  listDeliveries: () => Promise.resolve([{ ...delivery, eventType: evil('type'), lastError: evil('error') }]),
  listCallBackRequests: () => Promise.resolve([{ request: hostileRequest(), number: null }]),
  readCallBackRequest: () => Promise.resolve({ request: hostileRequest(), number: null }),
};

function hostileRequest() {
  const agent = evil('agent');
  return {
    ...callBackRequest,
    ...{
      reference: evil('reference'),
      member: evil('member'),
      question: evil('question'),
      value: evil('value'),
    },
    ...{ language: evil('language'), person: 'p' as PersonHash },
    state: { state: 'done' as const, agent, at, result: evil('result') },
    history: [{ at, what: 'noted' as const, agent, by: evil('by'), text: evil('text') }],
  };
}

const shownPages = everyPage.filter(([name]) => !name.endsWith('.csv'));

describe('words of somebody else', () => {
  const allowedLink = /^\/console(?:$|[/?])/;

  test.each(shownPages)('are text and nothing but text: %s', async (_name, page) => {
    const text = await textOf(pagesUnderTest(hostileUseCases).open(pathOf(page)));
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toMatch(/<script/i);
    expect(text).not.toContain(hostile);
    for (const [, link = ''] of text.matchAll(/(?:href|action|src)="([^"]*)"/g))
      expect(link === '#main' || allowedLink.test(link), link).toBe(true);
    expect(text.match(/<a\s+[^>]*href="javascript/i)).toBeNull();
  });

  test('of a query come back in the form as text', async () => {
    const query = new URLSearchParams({
      reference: hostile,
      status: hostile,
      campaign_id: hostile,
      created_after: hostile,
    });
    const response = await pagesUnderTest().open(`/console/calls?${query.toString()}`);
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).not.toMatch(/<script/i);
    expect(text).toContain('&quot;&gt;&lt;script&gt;');
  });

  test('of whose key it is are text as well', async () => {
    const principal = {
      keyId: 'configuration' as const,
      owner: hostile,
      scopes: new Set(['calls:read' as const]),
    };
    const under = pagesUnderTest({}, { authenticate: () => Promise.resolve({ result: 'valid', principal }) });
    for (const path of ['/console', '/console/webhooks'])
      expect(await textOf(under.open(path))).not.toContain(hostile);
  });
});

describe('numbers', () => {
  const withNumbers: Partial<UseCases> = {
    exportCalls: () => {
      const one = async function* () {
        yield await Promise.resolve({ call: sampleCall(), number: clearNumber });
      };
      return Promise.resolve({ questions: [], metadataKeys: () => Promise.resolve([]), calls: one() });
    },
  };
  const national = clearNumber.slice('+91'.length);

  async function pagesThatShow(...held: string[]): Promise<string[]> {
    const showing: string[] = [];
    for (const [name, page] of everyPage)
      if ((await textOf(pagesUnderTest(withNumbers).open(pathOf(page), keyWith(...held)))).includes(national))
        showing.push(name);
    return showing;
  }

  test('are on no page without numbers:read, and in clear on these with it', async () => {
    const others = scopes.filter((scope) => scope !== 'numbers:read' && scope !== 'admin');
    expect(await pagesThatShow(...others)).toEqual([]);
    expect(await pagesThatShow(...others, 'numbers:read')).toEqual([
      '/console/campaigns/{id}/unreached.csv',
      '/console/calls',
      '/console/calls/{id}',
      '/console/call-back-requests',
      '/console/call-back-requests/{id}',
    ]);
  });

  test('are masked where they are not in clear', async () => {
    for (const path of ['/console/calls', `/console/calls/${callId}`, '/console/call-back-requests'])
      expect(await wordsOf(pagesUnderTest().open(path, keyWith('calls:read')))).toContain('+91******3210');
  });
});

describe('the overview', () => {
  test('tells whether calls can be placed, and which part is not well', async () => {
    const checks = [
      { name: 'database' as const, ok: true, detail: null },
      { name: 'telephony' as const, ok: false, detail: 'Asterisk does not answer' },
      { name: 'trunks' as const, ok: true, detail: 'carrier-a is drained' },
    ];
    const words = await wordsOf(
      pagesUnderTest({}, { readiness: () => ({ ready: false, checks }) }).open('/console'),
    );
    expect(words).toContain('✕ Not ready: calls wait');
    expect(words).toContain(
      'database ✓ well – telephony ✕ not well Asterisk does not answer trunks ! well, with a remark carrier-a is drained',
    );
  });

  test('counts phones, calls that wait, and requests, and shows what runs and what is the matter', async () => {
    const running = {
      ...campaign,
      name: 'Reopening',
      state: { status: 'running', startedAt: at, closed: false, pilotLeft: null } as const,
    };
    const counts = { total: 40, byStatus: { ended: 10, queued: 30 }, byOutcome: { completed: 10 } };
    const words = await wordsOf(
      pagesUnderTest({
        listStartedCampaigns: () => Promise.resolve([{ campaign: running, counts }]),
        listTrunks: () =>
          Promise.resolve([{ ...trunkView, condition: 'down', reason: 'It does not answer OPTIONS' }]),
      }).open('/console'),
    );
    expect(words).toContain('3 phones on the line');
    expect(words).toContain(
      '0 emergency calls wait 1 calls of high priority wait 2 calls of normal priority wait',
    );
    expect(words).toContain('3 open call-back requests');
    expect(words).toContain('simulator ✕ down It does not answer OPTIONS 3 of 250 (1 %) 50');
    expect(words).toContain('Reopening ✓ running 10 of 40 (25 %)');
    expect(words).toContain('https://campaigns.example/webhooks ✓ enabled 2');
  });

  test('says that all is well with the webhooks where it is', async () => {
    const words = await wordsOf(
      pagesUnderTest({ countDeadDeliveries: () => Promise.resolve(new Map()) }).open('/console'),
    );
    expect(words).toContain('Every endpoint is enabled, and nothing is dead.');
  });
});

describe('a campaign', () => {
  const path = `/console/campaigns/${campaignId}`;

  test('shows its state, its estimate, its counts and its report', async () => {
    const ends = { ...campaign, endsAt: at + 3_600_000, pace: { callsPerSecond: 5, maxConcurrent: null } };
    const words = await wordsOf(
      pagesUnderTest({
        readCampaign: () =>
          Promise.resolve({
            campaign: ends,
            counts: { total: 4, byStatus: { ended: 3, queued: 1 }, byOutcome: { completed: 2, busy: 1 } },
            estimate: { finishesAt: at + 7_200_000, basis: 'measured', insideWindow: false },
          }),
        readCampaignReport: () =>
          Promise.resolve({
            groups: [
              {
                ...{ group: '', calls: 4, by_status: {}, by_outcome: {} },
                questions: [{ question: 'q1', answers: { seven: 1, eight: 3 } }],
                funnel: [{ step: 'welcome', calls: 3 }],
                hours: [{ hour: 9, attempts: 4, by_reason: { answered: 3, busy: 1 } }],
                attempts: [{ attempts: 1, calls: 3, by_outcome: { completed: 2, busy: 1 } }],
              },
            ],
          }),
      }).open(path),
    );
    expect(words).toContain('draft: not started');
    expect(words).toContain('2026-01-31 11:00:00 , at the speed of the last quarter of an hour');
    expect(words).toContain('✕ no: calls will be left when it ends');
    expect(words).toContain('5 calls a second, any number at once');
    expect(words).toContain('ended 3 of 4 (75 %) queued 1 of 4 (25 %)');
    expect(words).toContain('completed 2 of 4 (50 %) busy 1 of 4 (25 %)');
    expect(words).toContain('Responses to q1 Response Calls eight 3 of 4 (75 %) seven 1 of 4 (25 %)');
    expect(words).toContain('welcome 3 of 4 (75 %)');
    expect(words).toContain('09:00 4 The phone was answered: 3; Busy: 1');
  });

  test.each(['calls', 'unreached'])('gives its file %s.csv to whoever is signed in', async (name) => {
    const response = await pagesUnderTest().open(`${path}/${name}.csv`);
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('Content-Disposition')).toBe(
      `attachment; filename="${name}-${campaignId}.csv"`,
    );
    expect(await response.text()).toMatch(name === 'calls' ? /^person,reference,/ : /^reference,to,outcome/);
  });
});

describe('a call', () => {
  test('shows everything about it: verdicts in words, responses, timeline', async () => {
    const call: CallView = {
      ...view,
      ...{
        status: 'ended',
        outcome: 'partial',
        reached: true,
        answered: true,
        human: true,
        heard_percent: 62,
      },
      score: { correct: 1, answered: 2, total: 3 },
      attempts: [
        {
          ...{ id: 'att_1', number: 1, trunk: 'carrier-a', caller_id: '+911600000001', started_at: moment },
          ...{
            ringing_at: '2026-01-31T09:00:02.000Z',
            answered_at: null,
            ended_at: '2026-01-31T09:00:40.000Z',
            recording: null,
          },
          verdict: { reason: 'no_answer', fault: 'callee', retryable: true, sip_code: 480, q850_cause: 19 },
        },
      ],
      responses: [
        {
          ...{
            question: 'q1',
            value: 'seven',
            key: '1',
            given_on: 'call',
            attempt: 1,
            at: moment,
            correct: true,
            person: null,
          },
        },
      ],
      metadata: { district: 'Pune' },
    };
    const words = await wordsOf(
      pagesUnderTest({ readCall: () => Promise.resolve({ view: call, number: clearNumber }) }).open(
        `/console/calls/${callId}`,
      ),
    );
    expect(words).toContain('State ✓ reached in part');
    expect(words).toContain(
      '1 carrier-a +911600000001 2026-01-31 09:00:00 2 s – 40 s ○ It rang, and nobody answered: because of the phone that was called, another try may help, SIP 480, Q.850 19',
    );
    expect(words).toContain('q1 seven 1 yes in attempt 1');
    expect(words).toContain('1 correct of 2 answered, 3 in all');
    expect(words).toContain('district Pune');
    expect(words).toContain('2026-01-31 09:00:00 Key pressed 1 q1 1 used: true, at: never this');
  });

  test('says why it waits', async () => {
    const problem = { code: 'no_trunk_open', detail: 'No trunk that serves it is open' };
    const waits = { view: { ...view, problem }, number: null };
    const words = await wordsOf(
      pagesUnderTest({ readCall: () => Promise.resolve(waits) }).open(`/console/calls/${callId}`),
    );
    expect(words).toContain('Why No trunk that serves it is open no_trunk_open');
  });

  test.each([
    ['calls', { readCall: () => Promise.resolve(null) }, callId],
    ['campaigns', { readCampaign: () => Promise.resolve(null) }, campaignId],
    ['call-back-requests', { readCallBackRequest: () => Promise.resolve(null) }, callBackRequest.id],
  ] as [string, Partial<UseCases>, string][])(
    'that there is not is 404, as is what cannot be one: %s',
    async (kind, none, id) => {
      expect((await pagesUnderTest(none).open(`/console/${kind}/${id}`)).status).toBe(404);
      const under = pagesUnderTest();
      expect((await under.open(`/console/${kind}/nothing`)).status).toBe(404);
      expect(under.asked).toEqual([]);
    },
  );
});

describe('webhooks', () => {
  test('shows endpoints with what is dead, and the dead deliveries of one', async () => {
    const under = pagesUnderTest();
    const words = await wordsOf(under.open(`/console/webhooks?endpoint=${endpointId}`));
    expect(words).toContain('https://campaigns.example/webhooks ✓ enabled ✕ dead: 2 all masked');
    expect(words).toContain('call.ended');
    expect(words).toContain('The receiver answered 500.');
    expect(under.asked).toContainEqual({
      useCase: 'listDeliveries',
      argument: { state: 'dead', limit: 51, endpointId },
    });
  });
});
