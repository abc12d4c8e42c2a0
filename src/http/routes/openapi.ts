import { z } from '@hono/zod-openapi';
import { buildOpenApiDocument } from '../openapi-document.ts';
import type { RouteTable } from '../route-table.ts';

/** The documents of this API, made from the schemas that validate it. Rendered once, at the first request. */
export function addOpenApiRoute(table: RouteTable): void {
  let text: string | null = null;
  table.addOpen(
    {
      method: 'get',
      path: '/openapi.json',
      operationId: 'readOpenApi',
      tag: 'Operation',
      summary: 'This document',
      replies: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({}) } },
    },
    (c) => {
      text ??= JSON.stringify(buildOpenApiDocument(table.app));
      return c.body(text, 200, { 'Content-Type': 'application/json' });
    },
  );
}
