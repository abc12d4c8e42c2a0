import { z } from '@hono/zod-openapi';
import type { ApiKey } from '../domain/api-keys/api-key.ts';
import { scopes } from '../domain/api-keys/scope.ts';
import { instantSchema } from '../domain/calls/call-request.ts';
import { plainText } from '../domain/plain-text.ts';
import { overlapField } from './overlap.ts';

const instant = z.iso.datetime();
const name = plainText({ min: 1, max: 100 }).refine((text) => text.trim() === text, {
  error: 'must not begin or end with a blank',
});

/** As milliseconds since 1970. */
const expiry = (description: string) =>
  instantSchema
    .transform((text) => Date.parse(text))
    .nullable()
    .optional()
    .openapi({ type: ['string', 'null'], format: 'date-time', example: '2027-01-31T09:00:00Z', description });

export const newApiKeySchema = z
  .strictObject({
    name: name.openapi({ example: 'Campaign system', description: 'For people: who or what has this key.' }),
    owner: name.optional().openapi({
      description:
        'Idempotency keys belong to it: all API keys of one owner replay each other’s requests. Left out: the name. `admin` is the owner of the key of the configuration.',
    }),
    scopes: z
      .array(z.enum(scopes))
      .max(scopes.length)
      .openapi({ minItems: 1, example: ['calls:read', 'calls:write'] }),
    expires_at: expiry('From then on it is refused. Null, or left out: never.'),
  })
  .meta({ id: 'NewApiKey' });

export const apiKeyRotationSchema = z
  .strictObject({
    overlap: overlapField(
      'How long the former key is taken as well: an ISO 8601 duration of at most 7 days. `PT0S` refuses it at once, as is right for one that has leaked.',
    ),
    expires_at: expiry('When the new key expires; left out: when the former one would have.'),
  })
  .meta({ id: 'ApiKeyRotation' });

const who = z.string().openapi({ description: 'The id of an API key, or `configuration`.' });
const keyStart = z.string().openapi({ example: 'ivrs_7k2m', description: 'How the key begins.' });

const facts = {
  id: z.string().openapi({ example: 'key_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
  name: z.string(),
  owner: z.string(),
  scopes: z.array(z.enum(scopes)),
  key_start: keyStart,
  created_at: instant,
  created_by: who,
  expires_at: instant.nullable(),
  last_used_at: instant.nullable().openapi({ description: 'Up to a minute late; null: never yet.' }),
  rotated_at: instant.nullable(),
  rotated_by: who.nullable(),
  previous_key: z
    .strictObject({ key_start: keyStart, valid_until: instant, last_used_at: instant.nullable() })
    .nullable()
    .openapi({ description: 'The key before its last rotation; null where that was refused at once.' }),
  revoked_at: instant.nullable(),
  revoked_by: who.nullable(),
};

export const apiKeySchema = z.strictObject(facts).meta({ id: 'ApiKey' });

export const toldApiKeySchema = z
  .strictObject({
    ...facts,
    key: z.string().openapi({
      description: 'The key. Shown this once: what is kept is its hash.',
      example: 'ivrs_…',
    }),
  })
  .meta({ id: 'ToldApiKey' });

export function presentApiKey(key: ApiKey): z.input<typeof apiKeySchema> {
  const { rotated, previous, revoked } = key;
  return {
    ...{ id: key.id, name: key.name, owner: key.owner, scopes: [...key.scopes], key_start: key.keyStart },
    created_at: new Date(key.createdAt).toISOString(),
    created_by: key.createdBy,
    expires_at: textOf(key.expiresAt),
    last_used_at: textOf(key.lastUsedAt),
    rotated_at: textOf(rotated?.at ?? null),
    rotated_by: rotated?.by ?? null,
    previous_key: previous && {
      key_start: previous.keyStart,
      valid_until: new Date(previous.validUntil).toISOString(),
      last_used_at: textOf(previous.lastUsedAt),
    },
    revoked_at: textOf(revoked?.at ?? null),
    revoked_by: revoked?.by ?? null,
  };
}

function textOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
