import { describe, expect, it } from 'vitest';
import { decideTrunkSet, type TrunkSet } from '../../../src/domain/calls/trunk-set.ts';
import {
  parseTrunks,
  simulatorTrunk,
  simulatorTrunkWritten,
  type Trunk,
} from '../../../src/domain/calls/trunk.ts';

const a: Trunk = { ...simulatorTrunk, name: 'carrier-a' };
const b: Trunk = { ...simulatorTrunk, name: 'carrier-b' };
const set = (revision: number, ...trunks: Trunk[]): TrunkSet => ({ revision, trunks });
const alone = { isAlone: true };
const amongOthers = { isAlone: false };

describe('the trunks of a gateway', () => {
  it.each([
    ['come into force where there are none', set(0, a), null, amongOthers, 'put'],
    ['are those in force', set(0, a, b), set(0, a, b), amongOthers, 'use'],
    ['in another order as well', set(0, b, a), set(0, a, b), amongOthers, 'use'],
    ['under a lower revision too', set(1, a), set(2, a), amongOthers, 'use'],
    [
      'replace those in force by a higher revision',
      set(3, { ...a, channels: 9 }),
      set(2, a),
      amongOthers,
      'put',
    ],
    ['raise the revision where nothing else differs', set(3, a), set(2, a), amongOthers, 'put'],
    ['replace them where nobody else lives', set(0, { ...a, channels: 9 }), set(2, a), alone, 'put'],
    ['wait where they differ and others live', set(2, { ...a, channels: 9 }), set(2, a), amongOthers, 'wait'],
    ['wait where they are older', set(1, a, b), set(2, a), amongOthers, 'wait'],
  ])('%s', (_, mine, inForce, seen, expected) => {
    expect(decideTrunkSet(mine, { inForce, ...seen }).do).toBe(expected);
  });

  it('are told apart trunk by trunk, field by field', () => {
    const c: Trunk = { ...simulatorTrunk, name: 'carrier-c' };
    const changed = { ...a, channels: 9, callerIds: { service: ['+911600000001'] } };
    expect(decideTrunkSet(set(0, changed, b), { inForce: set(0, a, c), ...amongOthers })).toEqual({
      do: 'wait',
      differences: [
        'trunk carrier-a: channels is 9 here and 250 in force',
        'trunk carrier-a: callerIds is {"service":["+911600000001"]} here and null in force',
        "trunk carrier-c is in force and not in this gateway's file",
        "trunk carrier-b is in this gateway's file and not in force",
      ],
    });
  });

  it('do not differ by the order of members, as a database may give them back', () => {
    const [one, other] = [
      { ...a, callerIds: { service: ['+911600000001'], promotional: [] } },
      { ...a, callerIds: { promotional: [], service: ['+911600000001'] } },
    ];
    expect(decideTrunkSet(set(0, one), { inForce: set(0, other), ...amongOthers })).toEqual({ do: 'use' });
  });
});

it('the trunk of the simulator is what a file of it would say', () => {
  expect(parseTrunks({ trunks: [simulatorTrunkWritten] })).toEqual({
    ...{ result: 'parsed', revision: 0 },
    trunks: [simulatorTrunk],
  });
});
