import type { Page } from './page.ts';
import { callPage } from './pages/call.ts';
import { callBackRequestPage } from './pages/call-back-request.ts';
import { callBackRequestsPage } from './pages/call-back-requests.ts';
import { callsPage } from './pages/calls.ts';
import { campaignPage } from './pages/campaign.ts';
import { callsFile, unreachedFile } from './pages/campaign-files.ts';
import { campaignsPage } from './pages/campaigns.ts';
import { overviewPage } from './pages/overview.ts';
import { trunksPage } from './pages/trunks.ts';
import { webhooksPage } from './pages/webhooks.ts';

/** Every page there is, in the order of the navigation. */
export const pages: readonly Page[] = [
  overviewPage,
  campaignsPage,
  campaignPage,
  callsFile,
  unreachedFile,
  callsPage,
  callPage,
  callBackRequestsPage,
  callBackRequestPage,
  trunksPage,
  webhooksPage,
];
