import { describe, expect, it } from 'vitest';
import { chooseTrunk, endpointFor, type TrunkRequest } from '../../../src/domain/calls/choose-trunk.ts';
import {
  channelsForOutgoing,
  parseTrunks,
  simulatorTrunk,
  type Trunk,
} from '../../../src/domain/calls/trunk.ts';
import { parsePhoneNumber, type PhoneNumber } from '../../../src/domain/phone-numbers/phone-number.ts';

const minimal = {
  name: 'carrier-a',
  endpoint: 'PJSIP/{number}@carrier-a',
  prefixes: ['+91'],
  channels: 30,
  calls_per_second: 10,
};

function number(text: string): PhoneNumber {
  const parsed = parsePhoneNumber(text);
  if (parsed.result !== 'parsed') throw new Error(`${text} is ${parsed.reason}`);
  return parsed.number;
}

function trunk(differences: Partial<Trunk>): Trunk {
  return { ...simulatorTrunk, ...differences };
}

describe('parseTrunks', () => {
  it('fills in what may be left out', () => {
    expect(parseTrunks({ trunks: [minimal] })).toEqual({
      result: 'parsed',
      revision: 0,
      trunks: [
        {
          name: 'carrier-a',
          endpoint: 'PJSIP/{number}@carrier-a',
          numberFormat: 'e164_plus',
          prefixes: ['+91'],
          channels: 30,
          reservedForIncoming: 0,
          callsPerSecond: 10,
          callerIds: null,
          order: 1,
          weight: 1,
          ringTimeoutMs: 40_000,
          setupTimeoutMs: 20_000,
          codec: 'alaw',
          verdicts: [],
        },
      ],
    });
  });

  it('keeps channels for calls that come in, and never all of them', () => {
    const parse = (reserved: number) =>
      parseTrunks({ trunks: [{ ...minimal, reserved_for_incoming: reserved }] });
    const parsed = parse(29);
    expect(parsed.result === 'parsed' && parsed.trunks.map(channelsForOutgoing)).toEqual([1]);
    expect(parse(30)).toMatchObject({
      faults: [
        { pointer: '/trunks/0/reserved_for_incoming', detail: expect.stringContaining('less') as string },
      ],
    });
  });

  it.each([
    [{ channels: '30' }, '/trunks/0/channels', 'must be a number, not a string'],
    [{ prefixes: [] }, '/trunks/0/prefixes', 'must have at least 1 entry'],
    [{ calls_per_second: 0 }, '/trunks/0/calls_per_second', 'must be more than 0'],
    [{ codec: 'opus' }, '/trunks/0/codec', 'must be one of alaw, ulaw, g722'],
    [{ number_format: 'e.164' }, '/trunks/0/number_format', expect.stringContaining('"template"') as string],
  ])('says in words what is wrong with %j', (change, pointer, detail) => {
    expect(parseTrunks({ trunks: [{ ...minimal, ...change }] })).toEqual({
      result: 'refused',
      faults: [{ pointer, detail }],
    });
  });

  it('says what a misspelt field was perhaps meant to be', () => {
    expect(parseTrunks({ trunks: [{ ...minimal, ring_timout: 'PT40S' }] })).toMatchObject({
      faults: [{ pointer: '/trunks/0/ring_timout', suggestion: 'Did you mean «ring_timeout»?' }],
    });
    expect(parseTrunks({ trunk: [minimal] })).toMatchObject({
      faults: [{ detail: 'is required' }, { pointer: '/trunk', suggestion: 'Did you mean «trunks»?' }],
    });
    expect(parseTrunks([])).toMatchObject({ faults: [{ detail: 'must be an object, not a list' }] });
  });

  it('lets no mistake of form hide one of meaning', () => {
    const parsed = parseTrunks({
      trunks: [
        { ...minimal, codec: 'opus' },
        { ...minimal, reserved_for_incoming: 30, speed: 3 },
        null,
        { ...minimal, name: 'third', channels: '30', reserved_for_incoming: 30 },
      ],
    });
    const pointers = parsed.result === 'refused' ? parsed.faults.map((fault) => fault.pointer) : [];
    expect(pointers.sort()).toEqual([
      '/trunks/0/codec',
      '/trunks/1/name',
      '/trunks/1/reserved_for_incoming',
      '/trunks/1/speed',
      '/trunks/2',
      '/trunks/3/channels',
    ]);
  });

  it('finds all mistakes at once', () => {
    const parsed = parseTrunks({
      trunks: [
        { ...minimal, name: 'A', endpoint: 'Local/{number}@x', prefixes: ['91'], channels: 0 },
        { ...minimal, ring_timeout: 'PT1S', speed: 3, caller_ids: { service: ['140'] } },
      ],
    });
    const pointers = parsed.result === 'refused' ? parsed.faults.map((fault) => fault.pointer) : [];
    expect(pointers.sort()).toEqual([
      '/trunks/0/channels',
      '/trunks/0/endpoint',
      '/trunks/0/name',
      '/trunks/0/prefixes/0',
      '/trunks/1/caller_ids/service/0',
      '/trunks/1/ring_timeout',
      '/trunks/1/speed',
    ]);
  });

  it('refuses a name that comes twice', () => {
    expect(parseTrunks({ trunks: [minimal, minimal] })).toEqual({
      result: 'refused',
      faults: [{ pointer: '/trunks/1/name', detail: 'is the name of trunk 0 already' }],
    });
  });

  it.each([null, 3, [], {}, { trunks: [] }, { trunks: [null] }])('refuses %j without throwing', (json) => {
    expect(parseTrunks(json).result).toBe('refused');
  });

  it.each([
    'PJSIP/{number}',
    'PJSIP/sip:{number}@a',
    'PJSIP/{number}@a/b',
    'PJSIP/1@a',
    'SIP/{number}@a',
    'PJSIP/{number}@a\n',
  ])('refuses the endpoint %j', (endpoint) => {
    expect(parseTrunks({ trunks: [{ ...minimal, endpoint }] }).result).toBe('refused');
  });
});

describe('chooseTrunk', () => {
  const everywhere = trunk({ name: 'everywhere', prefixes: ['+'] });
  const india = trunk({
    name: 'india',
    prefixes: ['+91'],
    order: 2,
    callerIds: { service: ['+911600123456', '+911600123457'] },
  });
  const india2 = trunk({
    name: 'india-2',
    prefixes: ['+91'],
    order: 1,
    callerIds: { promotional: ['+911400123456'] },
  });
  const trunks = [everywhere, india, india2];
  const indian = number('+919000001239');
  const british = number('+447911123456');

  const cases: [string, Partial<TrunkRequest>, string, string | null][] = [
    ['the longest prefix that serves the purpose', {}, 'india', '+911600123456'],
    ['its caller id by purpose', { purpose: 'promotional' }, 'india-2', '+911400123456'],
    ['what is left for other countries', { number: british }, 'everywhere', null],
    ['what is left for a purpose without caller id', { purpose: 'emergency' }, 'everywhere', null],
    [
      'the trunk that is asked for',
      { requested: { trunk: 'everywhere', callerId: null } },
      'everywhere',
      null,
    ],
    [
      'the caller id that is asked for',
      { requested: { trunk: null, callerId: '+911600123457' } },
      'india',
      '+911600123457',
    ],
  ];
  it.each(cases)('takes %s', (_name, request, name, callerId) => {
    const chosen = chooseTrunk(trunks, {
      number: indian,
      purpose: 'service',
      requested: { trunk: null, callerId: null },
      ...request,
    });
    expect(chosen).toMatchObject({ result: 'chosen', trunk: { name }, callerId });
  });

  it('takes the lowest order of equals', () => {
    const chosen = chooseTrunk([trunk({ name: 'second', order: 2 }), trunk({ name: 'first', order: 1 })], {
      number: indian,
      purpose: 'service',
      requested: { trunk: null, callerId: null },
    });
    expect(chosen).toMatchObject({ trunk: { name: 'first' } });
  });

  it.each<[string[], string]>([
    [[], 'india'],
    [['india'], 'everywhere'],
    // all were tried: all are open again
    [['india', 'everywhere'], 'india'],
    [['no-such-trunk'], 'india'],
  ])('leaves out those that were tried in this round: %j', (tried, name) => {
    const chosen = chooseTrunk(trunks, {
      number: indian,
      purpose: 'service',
      requested: { trunk: null, callerId: null },
      tried: new Set(tried),
    });
    expect(chosen).toMatchObject({ result: 'chosen', trunk: { name } });
  });

  it.each<[string[], string[], string]>([
    [['india', 'everywhere'], [], 'india'],
    [['everywhere'], [], 'everywhere'],
    // none is open: the call waits for its best
    [[], [], 'india'],
    [[], ['india'], 'everywhere'],
    // all that are open were tried: anew over those, and over none that is shut
    [['everywhere'], ['everywhere'], 'everywhere'],
  ])('takes one that is open: of %j, where %j were tried', (open, tried, name) => {
    const chosen = chooseTrunk(trunks, {
      number: indian,
      purpose: 'service',
      requested: { trunk: null, callerId: null },
      tried: new Set(tried),
      isOpen: (each) => open.includes(each),
    });
    expect(chosen).toMatchObject({ result: 'chosen', trunk: { name } });
  });

  const refused: [string, Partial<TrunkRequest>, readonly Trunk[], string][] = [
    ['a trunk that is none', { requested: { trunk: 'x', callerId: null } }, trunks, 'trunk'],
    ['a destination that nothing serves', { number: british }, [india, india2], 'to'],
    ['a purpose without caller id', { purpose: 'emergency' }, [india, india2], 'purpose'],
    [
      'a caller id that no trunk has',
      { requested: { trunk: null, callerId: '+911600999999' } },
      trunks,
      'caller_id',
    ],
    [
      'a caller id of another purpose',
      { requested: { trunk: null, callerId: '+911400123456' } },
      trunks,
      'caller_id',
    ],
  ];
  it.each(refused)('refuses %s', (_name, request, among, field) => {
    const chosen = chooseTrunk(among, {
      number: indian,
      purpose: 'service',
      requested: { trunk: null, callerId: null },
      ...request,
    });
    expect(chosen).toMatchObject({ result: 'none', field });
  });

  it.each<[string, TrunkRequest['requested'], readonly Trunk[], string]>([
    [
      'which trunks there are',
      { trunk: 'x', callerId: null },
      trunks,
      'It may be «everywhere», «india» or «india-2».',
    ],
    ['which trunk was perhaps meant', { trunk: 'indai', callerId: null }, trunks, 'Did you mean «india»?'],
    [
      'which caller ids the trunk has for the purpose',
      { trunk: null, callerId: '+911400123456' },
      trunks,
      'It may be «+911600123456» or «+911600123457».',
    ],
    [
      'that a trunk has no caller ids',
      { trunk: 'everywhere', callerId: '+911600123456' },
      trunks,
      'Leave it out: the trunk has none, and the carrier shows what it likes.',
    ],
  ])('says %s', (_name, requested, among, suggestion) => {
    const chosen = chooseTrunk(among, { number: indian, purpose: 'service', requested });
    expect(chosen).toMatchObject({ result: 'none', suggestion });
  });

  it.each([
    ['e164_plus', 'PJSIP/+919000001239@simulator'],
    ['e164', 'PJSIP/919000001239@simulator'],
    ['national', 'PJSIP/09000001239@simulator'],
  ] as const)('writes the endpoint with a number in %s', (numberFormat, endpoint) => {
    expect(endpointFor(trunk({ numberFormat }), indian)).toBe(endpoint);
  });
});
