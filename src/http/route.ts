import type { Context } from 'hono';
import type { z } from 'zod';
import type { Scope } from '../domain/api-keys/scope.ts';
import type { Principal } from '../workflows/use-cases.ts';
import type { AppEnv } from './app-env.ts';
import type { ProblemCode } from './problem-codes.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One answer of a route that is not a problem. */
export interface Reply {
  description: string;
  schema?: z.ZodType;
  /** Default `application/json`. */
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
}

/** What is documented of every route. */
export interface RouteFacts {
  method: Method;
  /** As in OpenAPI: `/v1/calls/{id}`. */
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  description?: string;
  /** By name: what it is. */
  pathParameters?: Readonly<Record<string, string>>;
  replies: Readonly<Record<number, Reply>>;
  /** Beside those that every route can answer. */
  problems?: readonly ProblemCode[];
}

/** A route for holders of an API key: the same declaration validates, answers 401 and 403, and documents. */
export interface Route<Query extends z.ZodObject, Body extends z.ZodType> extends RouteFacts {
  scope: Scope;
  /** A second scope, for what changes two things at once. */
  alsoScope?: Scope;
  query: Query;
  /** `optional`: an absent body is taken for `{}`. */
  body: { schema: Body; presence: 'required' | 'optional' } | null;
  /** Media types that the route reads from the request by itself, with limits of its own, in place of `body`: what each holds, for the documents. */
  uploads?: Readonly<Record<string, z.ZodType>>;
  /** Whether it can ring a phone, and so must not be done twice. */
  needsIdempotencyKey: boolean;
}

/** A request to such a route, once it was found to be allowed and well-formed. */
export interface Asked<Query extends z.ZodObject, Body extends z.ZodType> {
  c: Context<AppEnv>;
  principal: Principal;
  query: z.output<Query>;
  body: z.output<Body>;
  /** The body as it was parsed, before the schema. */
  received: unknown;
  /** Empty where the route needs none. */
  idempotencyKey: string;
}
