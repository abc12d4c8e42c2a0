import { describe, expect, it } from 'vitest';
import { parseTrunks, type Trunk } from '../../../src/domain/calls/trunk.ts';
import { dryRunTrunks } from '../../../src/workflows/dry-run-trunks.ts';
import { expectProblem } from './expect-problem.ts';
import { ask, fakeGateway, keyWith } from './fake-gateway.ts';

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
  dryRunTrunks: (request) => Promise.resolve(dryRunTrunks(trunks(), request)),
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
          ...{ trunk: 'india', chosen: true, serves: true, why_not: null, detail: null },
          ...{ endpoint: 'PJSIP/7709876543210@india', caller_id: '+911600000001', order: 1, weight: 1 },
          ...{ ring_timeout: 'PT35S', setup_timeout: 'PT20S' },
        },
        {
          ...{ trunk: 'world', chosen: false, serves: true, why_not: null, detail: null },
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
