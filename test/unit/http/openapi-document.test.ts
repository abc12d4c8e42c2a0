import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { callEventTypes } from '../../../src/domain/calls/call-event.ts';
import { otherEventTypes } from '../../../src/http/other-event-schema.ts';
import { problemCodes } from '../../../src/http/problem-codes.ts';
import { fakeGateway } from './fake-gateway.ts';
import { documentOf, operationsOf } from './openapi-operations.ts';

const document = await documentOf(fakeGateway());
const operations = operationsOf(document);
const webhooks = Object.entries(document.webhooks);

test('is OpenAPI 3.1 with a title and a version', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info).toMatchObject({ title: 'ivrs-gateway', version: expect.any(String) as string });
});

test('declares each tag that its operations and webhooks have, and no other', () => {
  const described = [...Object.values(document.paths), ...Object.values(document.webhooks)];
  const used = described.flatMap((methods) => Object.values(methods)).flatMap(({ tags }) => tags);
  expect(used).not.toEqual([]);
  expect(document.tags.map(({ name }) => name).sort()).toEqual([...new Set(used)].sort());
});

test('has what this version offers', () => {
  expect(operations.map(({ method, path }) => `${method} ${path}`).toSorted()).toMatchInlineSnapshot(`
    [
      "DELETE /v1/api-keys/{id}",
      "DELETE /v1/lines/{number}",
      "DELETE /v1/opt-outs/{id}",
      "DELETE /v1/prompts/{id}/{language}",
      "DELETE /v1/voice-messages/{id}",
      "DELETE /v1/webhook-endpoints/{id}",
      "GET /healthz",
      "GET /metrics",
      "GET /openapi.json",
      "GET /readyz",
      "GET /v1/api-keys",
      "GET /v1/api-keys/{id}",
      "GET /v1/call-back-requests",
      "GET /v1/call-back-requests/{id}",
      "GET /v1/calls",
      "GET /v1/calls/{id}",
      "GET /v1/calls/{id}/attempts/{number}/recording",
      "GET /v1/calls/{id}/timeline",
      "GET /v1/campaigns",
      "GET /v1/campaigns/{id}",
      "GET /v1/campaigns/{id}/calls.csv",
      "GET /v1/campaigns/{id}/report",
      "GET /v1/campaigns/{id}/unreached.csv",
      "GET /v1/capacity",
      "GET /v1/erasures",
      "GET /v1/erasures/{id}",
      "GET /v1/events",
      "GET /v1/flows",
      "GET /v1/flows/{id}",
      "GET /v1/flows/{id}/flow-results/package",
      "GET /v1/flows/{id}/flow-results/responses",
      "GET /v1/lines",
      "GET /v1/lines/{number}",
      "GET /v1/lookup-secret",
      "GET /v1/missed-calls",
      "GET /v1/opt-ins",
      "GET /v1/opt-ins.csv",
      "GET /v1/opt-outs",
      "GET /v1/opt-outs.csv",
      "GET /v1/prompts",
      "GET /v1/prompts/{id}/{language}",
      "GET /v1/prompts/{id}/{language}/audio",
      "GET /v1/trunks",
      "GET /v1/trunks/{name}",
      "GET /v1/voice-messages",
      "GET /v1/voice-messages/{id}",
      "GET /v1/voice-messages/{id}/audio",
      "GET /v1/webhook-deliveries",
      "GET /v1/webhook-endpoints",
      "GET /v1/webhook-endpoints/{id}",
      "PATCH /v1/campaigns/{id}",
      "PATCH /v1/webhook-endpoints/{id}",
      "POST /v1/api-keys",
      "POST /v1/api-keys/{id}/rotate",
      "POST /v1/call-back-requests/claim",
      "POST /v1/call-back-requests/{id}/claim",
      "POST /v1/call-back-requests/{id}/done",
      "POST /v1/call-back-requests/{id}/note",
      "POST /v1/call-back-requests/{id}/release",
      "POST /v1/calls",
      "POST /v1/calls/{id}/cancel",
      "POST /v1/campaigns",
      "POST /v1/campaigns/{id}/calls",
      "POST /v1/campaigns/{id}/cancel",
      "POST /v1/campaigns/{id}/close",
      "POST /v1/campaigns/{id}/pause",
      "POST /v1/campaigns/{id}/resume",
      "POST /v1/campaigns/{id}/start",
      "POST /v1/erasures",
      "POST /v1/flows/import",
      "POST /v1/flows/{id}/preflight",
      "POST /v1/flows/{id}/record-prompts",
      "POST /v1/flows/{id}/rehearse",
      "POST /v1/opt-ins/import",
      "POST /v1/opt-outs",
      "POST /v1/opt-outs/import",
      "POST /v1/trunks/dry-run",
      "POST /v1/trunks/{name}/drain",
      "POST /v1/trunks/{name}/resume",
      "POST /v1/webhook-endpoints",
      "POST /v1/webhook-endpoints/{id}/replay",
      "POST /v1/webhook-endpoints/{id}/rotate-secret",
      "POST /v1/webhook-endpoints/{id}/test",
      "PUT /v1/flows/{id}",
      "PUT /v1/lines/{number}",
      "PUT /v1/prompts/{id}/{language}",
    ]
  `);
});

test('every operation has an id of its own', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids).not.toContain('');
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(operations.map((operation) => [operation.operationId, operation] as const))(
  '%s',
  (_name, { facts, scope, path }) => {
    test('says who may ask', () => {
      if (scope === null) expect(facts.security).toEqual([]);
      else {
        expect(facts.security).toEqual([{ apiKey: [] }]);
        expect(facts.description).toContain(`Scope: \`${scope}\`.`);
      }
    });

    test('declares each parameter of its path', () => {
      const declared =
        facts.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? [];
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    });

    test('has an answer that is no problem, and problems as problem+json, all with a request id', () => {
      const answers = Object.entries(facts.responses);
      expect(answers.some(([status]) => status.startsWith('2'))).toBe(true);
      expect(answers.some(([status]) => status === '500')).toBe(true);
      for (const [status, { headers, content }] of answers) {
        expect(headers).toHaveProperty('X-Request-Id');
        if (!status.startsWith('2'))
          expect(content).toEqual({
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          });
      }
    });
  },
);

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
    ([, reference]) => reference ?? '',
  );
  expect(references.length).toBeGreaterThan(20);
  for (const reference of new Set(references)) expect(resolve(reference), reference).toBeTypeOf('object');
});

function resolve(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
}

test('describes every event that is sent, each with a body', () => {
  expect(webhooks.map(([type]) => type).toSorted()).toEqual(
    [...callEventTypes, ...otherEventTypes].toSorted(),
  );
  for (const [, { post }] of webhooks) expect(post?.requestBody?.content).toHaveProperty('application/json');
});

test('lists every problem code', () => {
  expect(JSON.stringify(document.components['schemas']?.['Problem'])).toContain(
    JSON.stringify(Object.keys(problemCodes)),
  );
});

test('has the form that requests are checked by', () => {
  expect(document.components['schemas']?.['CallRequest']).toMatchObject({
    type: 'object',
    required: ['to'],
    additionalProperties: false,
  });
  expect(document.components['schemas']).toHaveProperty('FlowDefinition');
});

test('the stored copy is the one that is served', () => {
  const stored: unknown = JSON.parse(
    readFileSync(new URL('../../../docs/generated/openapi.json', import.meta.url), 'utf8'),
  );
  expect(stored, 'stale: run node scripts/generate-openapi.ts').toEqual(document);
});
