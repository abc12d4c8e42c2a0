import { z } from '@hono/zod-openapi';
import type { TrunkUseCases } from '../../workflows/trunk-use-cases.ts';
import type { TrunkView } from '../../workflows/read-trunks.ts';
import { may } from '../authorise.ts';
import { pageOf } from '../../lib/page-of.ts';
import { cursorParameter, limitParameter } from '../cursor.ts';
import { listSchema } from '../list-schema.ts';
import { invalidRequest, Problem } from '../problem.ts';
import type { RouteTable } from '../route-table.ts';
import {
  dryRunRequestSchema,
  dryRunSchema,
  presentDryRun,
  presentTrunk,
  trunkSchema,
} from '../trunk-schema.ts';

/** The ways out to the phone network. */
export function addTrunkRoutes(table: RouteTable, useCases: TrunkUseCases): void {
  addListTrunks(table, useCases);
  addReadTrunk(table, useCases);
  for (const action of ['drain', 'resume'] as const) addChange(table, useCases, action);
  addDryRun(table, useCases);
}

const ofOneTrunk = {
  tag: 'Trunks',
  pathParameters: { name: 'The name of the trunk in the trunks file.' },
  query: z.object({}),
  body: null,
  needsIdempotencyKey: false,
  problems: ['not_found'],
} as const;

const isName = (text: string): text is string => trunkName.test(text);
const trunkName = /^[a-z0-9][a-z0-9_-]{0,63}$/;

function addListTrunks(table: RouteTable, useCases: TrunkUseCases): void {
  table.add(
    {
      method: 'get',
      path: '/v1/trunks',
      operationId: 'listTrunks',
      tag: 'Trunks',
      summary: 'List trunks',
      description:
        'How each is: open, slowed down, drained, down or closed; its channels, its pace, and why.',
      scope: 'calls:read',
      query: z.object({ limit: limitParameter, cursor: cursorParameter(isName) }),
      body: null,
      needsIdempotencyKey: false,
      replies: { 200: { description: 'A page of trunks.', schema: listSchema(trunkSchema, 'by id') } },
    },
    async ({ c, query }) => {
      const all = (await useCases.listTrunks()).sort((a, b) => (a.trunk.name < b.trunk.name ? -1 : 1));
      const rows = all.filter(({ trunk }) => query.cursor === undefined || trunk.name > query.cursor);
      const page = pageOf(rows, { limit: query.limit, idOf: ({ trunk }) => trunk.name });
      return c.json({ ...page, data: page.data.map(presentTrunk) });
    },
  );
}

function addReadTrunk(table: RouteTable, useCases: TrunkUseCases): void {
  table.add(
    {
      ...ofOneTrunk,
      method: 'get',
      path: '/v1/trunks/{name}',
      operationId: 'readTrunk',
      summary: 'Read a trunk',
      scope: 'calls:read',
      replies: { 200: { description: 'How it is.', schema: trunkSchema } },
    },
    async ({ c }) => c.json(found(await useCases.readTrunk(c.req.param('name') ?? ''))),
  );
}

const changes = {
  drain: {
    summary: 'Take calls off a trunk',
    description:
      'Within a second no gateway dials over it. Calls on it go on; those that wait take another trunk that serves them, or wait. Done to one that is drained already, it changes nothing.',
  },
  resume: {
    summary: 'Give a trunk calls again',
    description:
      'Done to one that is not drained, it changes nothing. It mends no trunk that is down or closed.',
  },
} as const;

function addChange(table: RouteTable, useCases: TrunkUseCases, action: 'drain' | 'resume'): void {
  table.add(
    {
      ...ofOneTrunk,
      ...changes[action],
      method: 'post',
      path: `/v1/trunks/{name}/${action}`,
      operationId: `${action}Trunk`,
      scope: 'admin',
      replies: { 200: { description: 'How it is now.', schema: trunkSchema } },
    },
    async ({ c }) => {
      const name = c.req.param('name') ?? '';
      const view = action === 'drain' ? useCases.drainTrunk(name) : useCases.resumeTrunk(name);
      return c.json(found(await view));
    },
  );
}

function found(view: TrunkView | null): z.input<typeof trunkSchema> {
  if (view === null) throw new Problem('not_found', 'There is no trunk with this name.');
  return presentTrunk(view);
}

function addDryRun(table: RouteTable, useCases: TrunkUseCases): void {
  table.add(
    {
      method: 'post',
      path: '/v1/trunks/dry-run',
      operationId: 'dryRunTrunks',
      tag: 'Trunks',
      summary: 'See what would be dialled',
      description:
        'Each trunk with the endpoint that it would be asked for, in its own number format, or why it would not carry the call. Nothing is dialled, and nothing is kept.',
      scope: 'calls:read',
      query: z.object({}),
      body: { schema: dryRunRequestSchema, presence: 'required' },
      needsIdempotencyKey: false,
      replies: { 200: { description: 'What would be dialled.', schema: dryRunSchema } },
    },
    async ({ c, body, principal }) => {
      const result = await useCases.dryRunTrunks({
        to: body.to,
        purpose: body.purpose,
        trunk: body.trunk ?? null,
        callerId: body.caller_id ?? null,
      });
      if (result.result === 'invalid') throw invalidRequest(result.faults);
      return c.json(presentDryRun(result.dryRun, { mayShowNumbers: may(principal, 'numbers:read') }));
    },
  );
}
