import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import type { IdSource } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { UseCases } from '../workflows/use-cases.ts';
import { answerError } from './answer-error.ts';
import type { AppEnv } from './app-env.ts';
import type { Authoriser } from './authorise.ts';
import { observeRequests, type AnsweredRequest } from './observe-requests.ts';
import { registerSharedParts } from './openapi-document.ts';
import { answerProblem, Problem } from './problem.ts';
import type { RateLimiter } from '../lib/rate-limiter.ts';
import { createRouteTable } from './route-table.ts';
import { addApiKeyRoutes } from './routes/api-keys.ts';
import { addCallQueryRoutes } from './routes/call-queries.ts';
import { addCallRoutes } from './routes/calls.ts';
import { addCampaignCallRoutes } from './routes/campaign-calls.ts';
import { addCampaignRoutes } from './routes/campaigns.ts';
import { addErasureRoutes } from './routes/erasures.ts';
import { addEventRoutes } from './routes/events.ts';
import { addFlowImportRoutes } from './routes/flow-import.ts';
import { addFlowResultsRoutes } from './routes/flow-results.ts';
import { addFlowRoutes } from './routes/flows.ts';
import { addHealthRoutes, type HealthNeeds } from './routes/health.ts';
import { addLineRoutes } from './routes/lines.ts';
import { addPreflightRoute } from './routes/preflight.ts';
import { addPromptRoutes } from './routes/prompts.ts';
import { addRecordPromptsRoute } from './routes/record-prompts.ts';
import { addRehearsalRoute } from './routes/rehearsals.ts';
import { addOpenApiRoute } from './routes/openapi.ts';
import { addLookupSecretRoute } from './routes/lookup-secret.ts';
import { addCapacityRoute } from './routes/capacity.ts';
import { addTrunkRoutes } from './routes/trunks.ts';
import { addCallBackRequestRoutes } from './routes/call-back-requests.ts';
import { addSubscriptionFileRoutes } from './routes/subscription-files.ts';
import { addSubscriptionRoutes } from './routes/subscriptions.ts';
import { addVoiceMessageRoutes } from './routes/voice-messages.ts';
import { addWebhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { addWebhookEndpointRoutes } from './routes/webhook-endpoints.ts';
import { addReplayRoute, addRotateSecretRoute } from './routes/webhook-secrets-and-replays.ts';

export interface AppNeeds extends HealthNeeds {
  useCases: UseCases;
  authenticate: Authoriser['authenticate'];
  ids: IdSource;
  clock: Clock;
  log: Log;
  onAnswered?: (request: AnsweredRequest) => void;
  /** While true, new calls are answered 503. */
  isDraining: () => boolean;
  /** The operators' pages, under `/console`; null where they are switched off. */
  pages: Hono<AppEnv> | null;
  /** Of what each key asks. */
  rateLimiter: RateLimiter;
}

/** The API as a Hono app: `app.fetch` answers requests, and never throws. */
export function createApp(needs: AppNeeds): OpenAPIHono<AppEnv> {
  const table = createRouteTable(needs);
  const { app } = table;
  app.use(observeRequests(needs));
  app.onError((error, c) => answerError(c, error, needs.log));
  app.notFound((c) =>
    answerProblem(
      c,
      new Problem(
        'not_found',
        `There is nothing at this path. ${/.\/$/.test(c.req.path) ? 'Leave out the slash at its end. ' : ''}/openapi.json lists what there is.`,
      ),
    ),
  );
  addCallRoutes(table, needs);
  addCallQueryRoutes(table, needs.useCases);
  addCampaignRoutes(table, needs.useCases);
  addCampaignCallRoutes(table, needs.useCases);
  addFlowRoutes(table, needs.useCases);
  addRehearsalRoute(table, needs.useCases);
  addPreflightRoute(table, needs.useCases);
  addPromptRoutes(table, needs.useCases);
  addRecordPromptsRoute(table, needs);
  addFlowImportRoutes(table, needs.useCases);
  addFlowResultsRoutes(table, needs.useCases);
  addEventRoutes(table, needs.useCases);
  addWebhookEndpointRoutes(table, needs.useCases);
  addRotateSecretRoute(table, needs.useCases);
  addReplayRoute(table, needs.useCases);
  addWebhookDeliveryRoutes(table, needs.useCases);
  addVoiceMessageRoutes(table, needs.useCases);
  addTrunkRoutes(table, needs.useCases);
  addCapacityRoute(table, needs.useCases);
  addLineRoutes(table, needs.useCases);
  addCallBackRequestRoutes(table, needs.useCases);
  addSubscriptionRoutes(table, needs.useCases);
  addSubscriptionFileRoutes(table, needs.useCases);
  addErasureRoutes(table, needs.useCases);
  addLookupSecretRoute(table, needs.useCases);
  addApiKeyRoutes(table, needs.useCases);
  addHealthRoutes(table, needs);
  addOpenApiRoute(table);
  table.refuseOtherMethods();
  if (needs.pages !== null) addPages(app, needs.pages);
  registerSharedParts(app);
  return app;
}

/** For people: no part of the API, nor of its document. */
function addPages(app: OpenAPIHono<AppEnv>, pages: Hono<AppEnv>): void {
  app.route('/console', pages);
  app.get('/', (c) => {
    c.set('route', '/');
    return c.redirect('/console', 302);
  });
}
