import { describe, expect, it } from 'vitest';
import { parseTrunks, type Trunk } from '../../../src/domain/calls/trunk.ts';
import { createTrunkUseCases } from '../../../src/workflows/create-trunk-use-cases.ts';
import { dryRunTrunks } from '../../../src/workflows/dry-run-trunks.ts';
import { withSighting } from '../../../src/domain/trunks/trunk-sightings.ts';
import { withSign } from '../../../src/domain/trunks/trunk-state.ts';
import { TrunkBoard } from '../../../src/workflows/trunk-board.ts';
import { InMemoryLedger } from '../../support/in-memory-ledger.ts';
import { InMemoryTrunks } from '../../support/in-memory-trunks.ts';
import { silentLog } from '../../support/silent-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, keyWith, someIds } from './fake-gateway.ts';

const india = {
  name: 'india',
  endpoint: 'PJSIP/{number}@india',
  number_format: { prefix: '77', format: 'national' },
  prefixes: ['+91'],
  channels: 30,
  calls_per_second: 10,
  caller_ids: { service: ['+911600000001'], promotional: ['+911400000001'] },
  ring_timeout: 'PT35S',
};
const world = {
  ...india,
  name: 'world',
  endpoint: 'PJSIP/world/sip:{number}@192.0.2.1:5060',
  number_format: { template: '00{country}{national}' },
  prefixes: ['+'],
  caller_ids: undefined,
};

function trunks(): Trunk[] {
  const parsed = parseTrunks({ trunks: [world, india] });
  if (parsed.result === 'refused') throw new Error(JSON.stringify(parsed.faults));
  return parsed.trunks;
}

const gateway = fakeGateway({
  dryRunTrunks: (request) =>
    Promise.resolve(dryRunTrunks({ trunks: trunks(), trunkBoard: { isOpen: () => true } }, request)),
});

async function dryRun(body: unknown, key?: string): Promise<unknown> {
  const reply = await ask(gateway, 'POST /v1/trunks/dry-run', {
    body,
    ...(key === undefined ? {} : { key }),
  });
  expect(reply.status).toBe(200);
  return reply.json();
}

describe('a dry run', () => {
  it('shows each trunk in its turn, with what it would be asked to dial', async () => {
    expect(await dryRun({ to: '+919876543210' })).toEqual({
      to: '+919876543210',
      chosen: 'india',
      trunks: [
        {
          ...{ trunk: 'india', chosen: true, serves: true, open: true, why_not: null, detail: null },
          ...{ endpoint: 'PJSIP/7709876543210@india', caller_id: '+911600000001', order: 1, weight: 1 },
          ...{ ring_timeout: 'PT35S', setup_timeout: 'PT20S' },
        },
        {
          ...{ trunk: 'world', chosen: false, serves: true, open: true, why_not: null, detail: null },
          ...{ endpoint: 'PJSIP/world/sip:00919876543210@192.0.2.1:5060', caller_id: null },
          ...{ order: 1, weight: 1, ring_timeout: 'PT35S', setup_timeout: 'PT20S' },
        },
      ],
    });
  });

  it.each([
    ['another country', { to: '+447400123456' }, 'world', 'india', 'to'],
    ['another trunk', { to: '+919876543210', trunk: 'world' }, 'world', 'india', 'trunk'],
    ['a purpose', { to: '+919876543210', purpose: 'emergency' }, 'world', 'india', 'purpose'],
    ['a caller id', { to: '+919876543210', caller_id: '+911600000001' }, 'india', 'world', 'caller_id'],
  ] as const)('says which trunk does not do for %s, and why', async (_name, body, chosen, other, whyNot) => {
    expect(await dryRun(body)).toMatchObject({
      chosen,
      trunks: [
        { trunk: chosen, chosen: true },
        { trunk: other, chosen: false, serves: false, why_not: whyNot, endpoint: null },
      ],
    });
  });

  it('has no trunk for what none would carry', async () => {
    expect(await dryRun({ to: '+919876543210', caller_id: '+911400000009' })).toMatchObject({ chosen: null });
  });

  it('masks the number for a key that may not see it', async () => {
    const shown = await dryRun({ to: '+919876543210' }, keyWith('calls:read'));
    expect(JSON.stringify(shown)).not.toContain('98765');
    expect(shown).toMatchObject({
      to: '+91******3210',
      trunks: [
        { endpoint: 'PJSIP/770******3210@india' },
        { endpoint: 'PJSIP/world/sip:0091******3210@192.0.2.1:5060' },
      ],
    });
  });

  it.each([
    ['a number that is none', { to: '12' }, ['/to']],
    ['a trunk that is none, and a number that is none', { to: 'x', trunk: 'nowhere' }, ['/to', '/trunk']],
    ['an unknown field', { to: '+919876543210', from: '1' }, ['/from']],
    ['an injection', { to: '+919876543210@evil' }, ['/to']],
  ])('refuses %s', async (_name, body, pointers) => {
    const problem = await expectProblem(
      await ask(gateway, 'POST /v1/trunks/dry-run', { body }),
      'invalid_request',
    );
    expect(problem.errors?.map((each) => ('pointer' in each ? each.pointer : ''))).toEqual(pointers);
  });
});

describe('a trunk', () => {
  const clock = new VirtualClock();
  const ledger = new InMemoryLedger();
  const trunkStore = new InMemoryTrunks(ledger);
  const trunkBoard = new TrunkBoard({
    ...{ trunkStore, clock, ids: someIds(), log: silentLog, trunks: trunks() },
    asterisks: ['asterisk'],
    onChanged: () => undefined,
  });
  const kept = fakeGateway(createTrunkUseCases({ trunkStore, trunkBoard, clock, trunks: trunks() }));
  const answer = async (line: string): Promise<unknown> => (await ask(kept, line)).json();

  it('is shown with its channels and its pace', async () => {
    expect(await answer('GET /v1/trunks/india')).toEqual({
      ...{ name: 'india', state: 'up', reason: null, drained_since: null, closed_until: null },
      channels: { total: 30, taken: 0, free: 30 },
      calls_per_second: { configured: 10, now: 10 },
      ...{ health: [], prefixes: ['+91'], order: 1, weight: 1 },
    });
  });

  it('is listed by name, page by page', async () => {
    const first = (await answer('GET /v1/trunks?limit=1')) as { data: unknown[]; next_cursor: string };
    expect(first.data).toMatchObject([{ name: 'india' }]);
    expect(await answer(`GET /v1/trunks?limit=1&cursor=${first.next_cursor}`)).toMatchObject({
      data: [{ name: 'world' }],
      next_cursor: null,
    });
  });

  it('is drained and resumed, once each, and shows since when', async () => {
    const since = new Date(clock.now()).toISOString();
    expect(await answer('POST /v1/trunks/india/drain')).toMatchObject({
      state: 'drained',
      drained_since: since,
    });
    await clock.advanceBy(1_000);
    expect(await answer('POST /v1/trunks/india/drain')).toMatchObject({ drained_since: since });
    expect((await trunkStore.states()).get('india')?.revision).toBe(1);
    expect(await answer('GET /v1/trunks/world')).toMatchObject({ state: 'up' });
    expect(await answer('POST /v1/trunks/india/resume')).toMatchObject({ state: 'up', drained_since: null });
    expect(await answer('POST /v1/trunks/india/resume')).toMatchObject({ state: 'up' });
    expect((await trunkStore.states()).get('india')?.revision).toBe(2);
    expect(trunkStore.events).toEqual([]);
  });

  it('that is drained is not chosen by a dry run, where another one is open', async () => {
    await answer('POST /v1/trunks/india/drain');
    const reply = await ask(kept, 'POST /v1/trunks/dry-run', { body: { to: '+919876543210' } });
    expect(await reply.json()).toMatchObject({
      chosen: 'world',
      trunks: [
        { trunk: 'india', chosen: false, open: false },
        { trunk: 'world', chosen: true, open: true },
      ],
    });
    await answer('POST /v1/trunks/india/resume');
  });

  it('that is slowed down shows its pace, one that is closed until when, one that is down why', async () => {
    const at = clock.now();
    const slow = { sign: 'refused_for_room', claimedAt: at, sentAt: at, at } as const;
    await trunkBoard.change('world', (state) => withSign(state, slow));
    expect(await answer('GET /v1/trunks/world')).toMatchObject({
      state: 'slowed',
      calls_per_second: { configured: 10, now: 5 },
    });
    for (let each = 0; each < 5; each += 1)
      await trunkBoard.change('world', (state) => withSign(state, slow));
    expect(await answer('GET /v1/trunks/world')).toMatchObject({
      state: 'closed',
      reason: 'Several calls in a row failed before any phone rang.',
      closed_until: new Date(at + 10_000).toISOString(),
    });
    await clock.advanceBy(10_000);
    expect(await answer('GET /v1/trunks/world')).toMatchObject({ state: 'probing' });
    await trunkBoard.change('world', (state) => ({
      ...state,
      sightings: withSighting({}, 'asterisk', { up: false, reason: 'It does not answer.', at: clock.now() }),
    }));
    expect(await answer('GET /v1/trunks/world')).toMatchObject({
      state: 'down',
      reason: 'It does not answer.',
      health: [{ asterisk: 'asterisk', up: false, reason: 'It does not answer.' }],
    });
  });

  it('that there is none of is not found', async () => {
    for (const line of ['GET /v1/trunks/x', 'POST /v1/trunks/x/drain', 'POST /v1/trunks/x/resume'])
      await expectProblem(await ask(kept, line), 'not_found');
    expect((await trunkStore.states()).has('x')).toBe(false);
  });
});
