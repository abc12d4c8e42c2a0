import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './app-env.ts';
import { describeWebhooks } from './event-schema.ts';

type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

/** The version of the contract, not of the program: it changes when the API does. */
const contractVersion = '1.0.0';

/** Adds to the app's registry what belongs to no route. To be called once. */
export function registerSharedParts(app: OpenAPIHono<AppEnv>): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key. Its scopes say what it may do.',
  });
  registry.registerComponent('headers', 'RequestId', {
    description: 'Names this request in our logs. A well-formed one of the request is kept.',
    schema: { type: 'string' },
  });
  for (const webhook of describeWebhooks()) registry.registerWebhook(webhook);
}

/** OpenAPI 3.1, from the very schemas that validate requests. */
export function buildOpenApiDocument(app: OpenAPIHono<AppEnv>): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'ivrs-gateway',
      version: contractVersion,
      description:
        'Phone calls for campaigns that must reach everybody. Every error is a problem document (RFC 9457): branch on its `code`. Every response has an X-Request-Id.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: tagsOf(app).map((name) => ({ name })),
  });
}

/** Of all routes and webhooks, in the order in which they were added. */
function tagsOf({ openAPIRegistry: { definitions } }: OpenAPIHono<AppEnv>): string[] {
  const tags = definitions.flatMap((definition) => {
    if (definition.type === 'route') return definition.route.tags ?? [];
    return definition.type === 'webhook' ? (definition.webhook.tags ?? []) : [];
  });
  return [...new Set(tags)];
}
