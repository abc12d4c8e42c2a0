import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { z } from 'zod';
import { isId } from '../domain/ids.ts';
import type { AppEnv } from './app-env.ts';
import { authorise, may, scopeMissing, type Authoriser } from './authorise.ts';
import { describeOpenRoute, describeRoute } from './describe-route.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { Problem } from './problem.ts';
import { readJsonBody } from './read-json-body.ts';
import { readQuery } from './read-query.ts';
import type { Asked, Method, Route, RouteFacts } from './route.ts';
import { validateBody } from './validate-body.ts';

/** Routes as they are added: each goes to Hono, into the OpenAPI document, and onto the list of methods that its path has. */
export interface RouteTable {
  readonly app: OpenAPIHono<AppEnv>;
  add<Query extends z.ZodObject, Body extends z.ZodType>(
    route: Route<Query, Body>,
    handle: (asked: Asked<Query, Body>) => Promise<Response>,
  ): void;
  /** For everybody, without a key. */
  addOpen(route: RouteFacts, handle: (c: Context<AppEnv>) => Response | Promise<Response>): void;
  /** To be called last: every other method of the paths is 405. */
  refuseOtherMethods(): void;
}

export function createRouteTable(authoriser: Authoriser): RouteTable {
  const app = new OpenAPIHono<AppEnv>();
  const methods = new Map<string, Method[]>();
  const put = (
    described: RouteConfig,
    route: RouteFacts,
    answer: (c: Context<AppEnv>) => Promise<Response>,
  ): void => {
    app.openAPIRegistry.registerPath(described);
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method]);
    app.on(route.method.toUpperCase(), honoPath(route.path), (c) => {
      c.set('route', route.path);
      return answer(c).catch(rethrowAsError);
    });
  };
  return {
    app,
    add: (route, handle) =>
      put(describeRoute(route), route, async (c) => handle(await readAsked(c, authoriser, route))),
    addOpen: (route, handle) => put(describeOpenRoute(route), route, async (c) => handle(c)),
    refuseOtherMethods: () => methods.forEach((allowed, path) => refuseOthers(app, path, allowed)),
  };
}

/** In the order in which an asker should learn of mistakes: who they are, what they may, how they ask, what they ask. */
async function readAsked<Query extends z.ZodObject, Body extends z.ZodType>(
  c: Context<AppEnv>,
  authoriser: Authoriser,
  route: Route<Query, Body>,
): Promise<Asked<Query, Body>> {
  const { headers } = c.req.raw;
  const principal = await authorise(authoriser, {
    ...{ header: headers.get('Authorization'), scope: route.scope },
    onKnown: (keyId) => c.set('apiKey', keyId),
  });
  if (route.alsoScope !== undefined && !may(principal, route.alsoScope)) throw scopeMissing(route.alsoScope);
  const id = c.req.param('id');
  if (id !== undefined && (isId('call', id) || isId('whe', id) || isId('key', id))) c.set('subject', id);
  const idempotencyKey = route.needsIdempotencyKey ? readIdempotencyKey(headers.get('Idempotency-Key')) : '';
  const query = readQuery(route.query, c.req.url);
  const received = route.body === null ? undefined : await readReceived(c.req.raw, route.body.presence);
  const body =
    route.body === null ? (undefined as z.output<Body>) : validateBody(route.body.schema, received);
  return { c, principal, query, body, received, idempotencyKey };
}

async function readReceived(request: Request, presence: 'required' | 'optional'): Promise<unknown> {
  const received = await readJsonBody(request);
  if (received !== undefined) return received;
  if (presence === 'optional') return {};
  throw new Problem(
    'invalid_json',
    'This request needs a body: send it as JSON, with the header Content-Type: application/json.',
  );
}

function refuseOthers(app: OpenAPIHono<AppEnv>, path: string, allowed: readonly Method[]): void {
  const names = allowed.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
  app.all(honoPath(path), (c) => {
    c.set('route', path);
    throw new Problem('method_not_allowed', `This path has ${names.join(', ')}.`, {
      headers: { Allow: names.join(', ') },
    });
  });
}

/** Hono's error handler is given errors only; whatever else is thrown would pass it by. */
function rethrowAsError(thrown: unknown): never {
  throw thrown instanceof Error
    ? thrown
    : new Error('something was thrown that is no Error', { cause: thrown });
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
