import { describe, expect, test } from 'vitest';
import { encodeCursor } from '../../../src/lib/page-of.ts';
import { campaignId, readCall, someIds, callId, view } from '../http/fake-gateway.ts';
import { pagesUnderTest, textOf } from './pages-under-test.ts';

const ids = someIds();
/** One more than a page has. */
const manyCalls = Array.from({ length: 51 }, () => ({
  ...readCall,
  view: { ...view, id: ids.newId('call') },
}));

describe('the list of calls', () => {
  test('has fifty on a page, and leads to the next and to the first with the same filters', async () => {
    const under = pagesUnderTest({ listCalls: () => Promise.resolve(manyCalls) });
    const first = await textOf(under.open('/console/calls?status=ended&reference=a+b'));
    expect(first.match(/<th scope="row"/g)).toHaveLength(50);
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(first) ?? [];
    expect(next).toBe(
      `/console/calls?status=ended&amp;reference=a+b&amp;cursor=${encodeCursor(manyCalls[49]!.view.id)}`,
    );
    expect(first).not.toContain('First page');
    const second = await textOf(under.open(next.replaceAll('&amp;', '&')));
    expect(second).toContain('<a href="/console/calls?status=ended&amp;reference=a+b">First page</a>');
    expect(under.asked.at(-1)?.argument).toEqual({
      ...{ status: 'ended', reference: 'a b', before: manyCalls[49]!.view.id, limit: 51 },
    });
  });

  test('has no way on where there is one page', async () => {
    expect(await textOf(pagesUnderTest().open('/console/calls'))).not.toContain('class="pager"');
  });

  test('asks for what the form says, and takes an empty field for none', async () => {
    const under = pagesUnderTest();
    const query = `status=&outcome=busy&direction=incoming&reference=&campaign_id=${campaignId}&created_after=2026-01-31T09:00`;
    const text = await textOf(under.open(`/console/calls?${query}`));
    expect(under.asked).toEqual([
      {
        useCase: 'listCalls',
        argument: {
          ...{ outcome: 'busy', direction: 'incoming', campaignId, limit: 51 },
          createdAfter: Date.parse('2026-01-31T09:00:00Z'),
        },
      },
    ]);
    expect(text).toMatch(/<option value="busy" selected>/);
    expect(text).toContain(`value="${campaignId}"`);
  });

  test.each([
    ['status=lost', 'There is no such status.'],
    ['outcome=won', 'There is no such outcome.'],
    ['direction=up', 'There is no such direction.'],
    ['campaign_id=cmp_1', 'The id of a campaign begins with cmp_.'],
    ['created_after=2026-02-31T09:00', 'is not one of the calendar.'],
    ['created_after=yesterday', 'is not one of the calendar.'],
    [`reference=${'a'.repeat(201)}`, 'at most 200 letters'],
    ['reference=a%00b', 'at most 200 letters'],
    [`cursor=${encodeCursor(campaignId)}`, 'There is no such page of the list.'],
  ])('says what is wrong with %s, and lists nothing', async (query, words) => {
    const under = pagesUnderTest();
    const response = await under.open(`/console/calls?${query}`);
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(text).toContain(words);
    expect(text).not.toContain(callId);
    expect(under.asked).toEqual([]);
  });

  test('says that there is no such campaign', async () => {
    const under = pagesUnderTest({ listCalls: () => Promise.resolve(null) });
    const response = await under.open(`/console/calls?campaign_id=${campaignId}`);
    expect([response.status, (await response.text()).includes('There is no such campaign.')]).toEqual([
      422,
      true,
    ]);
  });
});

test.each([
  ['/console/campaigns', 'listCampaigns', 'cmp', { limit: 51 }],
  ['/console/call-back-requests', 'listCallBackRequests', 'cbr', { limit: 51 }],
  ['/console/webhooks', 'listDeliveries', 'dlv', { limit: 51, state: 'dead' }],
] as const)(
  '%s goes on where its cursor says, and knows no other cursor',
  async (path, useCase, kind, asked) => {
    const id = ids.newId(kind);
    const under = pagesUnderTest();
    expect((await under.open(`${path}?cursor=${encodeCursor(id)}`)).status).toBe(200);
    const place = useCase === 'listCampaigns' ? { after: id } : { before: id };
    expect(under.asked).toContainEqual({ useCase, argument: { ...asked, ...place } });
    expect((await under.open(`${path}?cursor=${encodeCursor(callId)}`)).status).toBe(404);
  },
);
