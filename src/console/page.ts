import type { Scope } from '../domain/api-keys/scope.ts';
import type { Principal, Readiness, UseCases } from '../workflows/use-cases.ts';
import type { CampaignFile } from '../workflows/write-campaign-file.ts';
import type { Html } from './html.ts';

/** All that pages ask for. None of it changes anything, rings a phone or makes a sound. */
export type ReadingUseCases = Pick<
  UseCases,
  | 'readCapacity'
  | 'listTrunks'
  | 'listCampaigns'
  | 'listStartedCampaigns'
  | 'readCampaign'
  | 'readCampaignReport'
  | 'exportCalls'
  | 'listCalls'
  | 'readCall'
  | 'readTimeline'
  | 'listCallBackRequests'
  | 'countOpenCallBackRequests'
  | 'readCallBackRequest'
  | 'listWebhookEndpoints'
  | 'listDeliveries'
  | 'countDeadDeliveries'
>;

/** A page for whoever is signed in; the table of all is in `page-table.ts`. */
export interface Page {
  /** Below `/console`, as logs and counters name it: `/calls/{id}`. */
  path: string;
  /** What the API key must have; null: any key sees it, and what is on it by its scopes. */
  scope: Scope | null;
  /** In the navigation, under this name. */
  inNavigation?: string;
  /** Null where there is no such thing. */
  show: (asked: AskedPage) => Promise<Shown | CampaignFile | null>;
}

export interface AskedPage {
  useCases: ReadingUseCases;
  readiness: () => Promise<Readiness> | Readiness;
  principal: Principal;
  /** Of the path; empty where it has none. */
  id: string;
  query: URLSearchParams;
}

/** What is between the head and the foot of a page. */
export interface Shown {
  /** Names the page: of its own tab, and as its heading. */
  title: string;
  body: Html;
  /** Left out: 200. */
  status?: 403 | 404 | 405 | 415 | 422 | 429 | 500 | 503;
  /** Only where nobody reads a list. */
  refreshAfterSeconds?: number;
}
