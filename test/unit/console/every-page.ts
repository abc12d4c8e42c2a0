import { pages } from '../../../src/console/page-table.ts';
import type { Page } from '../../../src/console/page.ts';
import { callBackRequest, callId, campaignId } from '../http/fake-gateway.ts';

const ids: Record<string, string> = {
  calls: callId,
  campaigns: campaignId,
  'call-back-requests': callBackRequest.id,
};

/** Where a page is, of things that the use cases of tests find. */
export function pathOf({ path }: Pick<Page, 'path'>): string {
  return `/console${path.replace(/^\/([\w-]+)\/\{id\}/, (_, kind: string) => `/${kind}/${ids[kind] ?? ''}`)}`;
}

/** Each page of the console's own table: none is forgotten here. */
export const everyPage = pages.map((page) => [`/console${page.path}`, page] as const);
