import { afterAll } from 'vitest';
import { createIdSource } from '../../../src/domain/ids.ts';
import { Simulator } from '../../../src/telephony/simulator/simulator.ts';
import { describeHandsets, describeTelephony } from '../../support/telephony-contract.ts';
import type { TelephonyUnderTest } from '../../support/telephony-stage.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const sound = { path: 'renditions/hello', durationMs: 2000 };
let clock: VirtualClock;

function simulatorUnderTest(): Promise<TelephonyUnderTest> {
  clock = new VirtualClock();
  const ids = createIdSource(clock, (count) => new Uint8Array(count));
  const invited: string[] = [];
  const simulator = new Simulator({
    clock,
    soundDurationMs: (path) => (path === sound.path ? sound.durationMs : null),
    onInvite: ({ leg }) => void invited.push(leg),
  });
  const lab: TelephonyUnderTest = {
    telephony: simulator,
    newLeg: () => ids.newId('att'),
    endpointOf: (nationalNumber) => `PJSIP/+91${nationalNumber}@simulator`,
    callUs: ({ from, ...call }) => {
      const way = { callerNumber: `+91${from}`, callerWithheld: false, endpoint: 'carrier-a' };
      simulator.receive({ leg: ids.newId('att'), ...way, ...call });
      return Promise.resolve();
    },
    sound,
    waitUntil: (condition) => clock.runUntil(condition, 60_000),
    loseAndFindConnection: () => {
      simulator.loseConnection('the cable was pulled');
      simulator.restoreConnection();
      return Promise.resolve();
    },
    invitesOf: (leg) => invited.filter((each) => each === leg).length,
    close: () => clock.runUntilIdle(120_000),
  };
  return Promise.resolve(lab);
}

describeTelephony('the simulator', simulatorUnderTest, 'in_turn');
describeHandsets('the simulator', simulatorUnderTest, 'in_turn');

afterAll(() => {
  if (clock.pendingTimers > 0) throw new Error(`${clock.pendingTimers} timers are left`);
});
