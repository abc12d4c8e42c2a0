import { z, type RouteConfig } from '@hono/zod-openapi';
import { problemSchema } from './problem-schema.ts';
import { problemCodes, type ProblemCode } from './problem-codes.ts';
import type { Reply, Route, RouteFacts } from './route.ts';

type Responses = RouteConfig['responses'];

interface HeaderObject {
  description: string;
  schema: { type: 'string' };
}

const requestIdHeader = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };
const ofEveryKey: readonly ProblemCode[] = [
  'unauthorized',
  'scope_missing',
  'rate_limited',
  'invalid_request',
  'database_unavailable',
];
const ofEveryBody: readonly ProblemCode[] = [
  'invalid_json',
  'invalid_utf8',
  'body_incomplete',
  'body_too_large',
  'unsupported_media_type',
];

/** A route that anybody may ask, as OpenAPI describes it. */
export function describeOpenRoute(route: RouteFacts): RouteConfig {
  return { ...factsOf(route, route.description), security: [], responses: describeResponses(route, []) };
}

/** A route for holders of an API key, as OpenAPI describes it; its scope is in the text and as `x-required-scope`. */
export function describeRoute(route: Route<z.ZodObject, z.ZodType>): RouteConfig {
  const also = route.alsoScope === undefined ? undefined : `Also needs the scope \`${route.alsoScope}\`.`;
  const description = [route.description, `Scope: \`${route.scope}\`.`, also]
    .filter((text) => text !== undefined)
    .join('\n\n');
  const described: RouteConfig & { 'x-required-scope': string; 'x-also-required-scope'?: string } = {
    ...factsOf(route, description),
    security: [{ apiKey: [] }],
    'x-required-scope': route.scope,
    ...(route.alsoScope === undefined ? {} : { 'x-also-required-scope': route.alsoScope }),
    request: describeRequest(route),
    responses: describeResponses(route, problemsOf(route)),
  };
  return described;
}

function factsOf(
  route: RouteFacts,
  description: string | undefined,
): Pick<RouteConfig, 'method' | 'path' | 'operationId' | 'tags' | 'summary'> {
  const { method, path, operationId, tag, summary } = route;
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
  };
}

function problemsOf(route: Route<z.ZodObject, z.ZodType>): ProblemCode[] {
  const ofKey: ProblemCode[] = route.needsIdempotencyKey
    ? ['idempotency_key_missing', 'idempotency_key_invalid', 'key_reused', 'still_running']
    : [];
  return [...ofEveryKey, ...(route.body || route.uploads ? ofEveryBody : []), ...ofKey];
}

function describeRequest(route: Route<z.ZodObject, z.ZodType>): NonNullable<RouteConfig['request']> {
  const parameters = Object.entries(route.pathParameters ?? {});
  return {
    query: route.query,
    ...(parameters.length === 0
      ? {}
      : {
          params: z.object(
            Object.fromEntries(
              parameters.map(([name, description]) => [name, z.string().openapi({ description })]),
            ),
          ),
        }),
    ...(route.needsIdempotencyKey ? { headers: z.object({ 'Idempotency-Key': idempotencyKeySchema }) } : {}),
    ...describeBody(route),
  };
}

function describeBody({
  body,
  uploads,
}: Route<z.ZodObject, z.ZodType>): Pick<NonNullable<RouteConfig['request']>, 'body'> {
  const types = { ...(body === null ? {} : { 'application/json': body.schema }), ...uploads };
  const content = Object.fromEntries(Object.entries(types).map(([type, schema]) => [type, { schema }]));
  if (Object.keys(content).length === 0) return {};
  return { body: { required: body?.presence !== 'optional', content } };
}

const idempotencyKeySchema = z.string().min(1).max(255).openapi({
  description: 'The same key with the same body is done once, and answered alike; a UUID for example.',
  example: '5f0c9d7e-4f2b-4a55-9d5a-1c8a6f1f7f11',
});

function describeResponses(route: RouteFacts, common: readonly ProblemCode[]): Responses {
  const responses: Responses = {};
  for (const [status, reply] of Object.entries(route.replies)) responses[status] = describeReply(reply);
  const codes: ProblemCode[] = [...common, ...(route.problems ?? []), 'internal_error'];
  for (const [status, group] of Map.groupBy(new Set(codes), (code) => problemCodes[code].status)) {
    responses[String(status)] = describeProblems(group);
  }
  return responses;
}

function describeReply(reply: Reply): Responses[string] {
  const headers = Object.entries(reply.headers ?? {}).map(([name, description]): [string, HeaderObject] => [
    name,
    { description, schema: { type: 'string' } },
  ]);
  const content = reply.schema
    ? { content: { [reply.contentType ?? 'application/json']: { schema: reply.schema } } }
    : {};
  return {
    description: reply.description,
    headers: { ...requestIdHeader, ...Object.fromEntries<HeaderObject>(headers) },
    ...content,
  };
}

function describeProblems(codes: readonly ProblemCode[]): Responses[string] {
  const description = codes.map((code) => `\`${code}\`: ${problemCodes[code].title}.`).join('\n\n');
  return {
    description,
    headers: requestIdHeader,
    content: { 'application/problem+json': { schema: problemSchema } },
  };
}
