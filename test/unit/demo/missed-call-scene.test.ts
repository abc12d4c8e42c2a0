import { expect, it } from 'vitest';
import {
  missedCallDifferences,
  missedCallScene,
  type PlayedMissedCall,
} from '../../../demo/missed-call-scene.ts';

const proof = {
  call: 'call_1',
  step: 'join',
  key: '1',
  language: 'hi',
  flow: { id: 'demo-welcome', version: 1 },
};
const ofCall = (type: string, sequence: number, data: object = {}) => ({ type, sequence, data });

function played(): PlayedMissedCall {
  return {
    given: { signs: ['RINGING', 'BUSY'], sipCode: 486 },
    callBack: {
      ...{
        id: 'call_1',
        status: 'ended',
        outcome: 'completed',
        reached: true,
        resume_at: null,
        responses: [],
      },
      language: 'hi',
    },
    events: [
      {
        type: 'missed_call.received',
        sequence: null,
        data: { missed_call: { line: missedCallScene.line, from: '+91******1899' } },
      },
      ofCall('call.queued', 1),
      ofCall('call.attempt_started', 2),
      ofCall('call.ringing', 3),
      ofCall('call.answered', 4),
      ofCall('call.response_recorded', 5),
      ofCall('opt_in.recorded', 6, { list: 'school-updates', confirmed_by: 'key', proof }),
      ofCall('call.attempt_ended', 7),
      ofCall('call.ended', 8),
    ],
  };
}

it('is right as it should be played', () => {
  expect(missedCallDifferences(played())).toEqual([]);
});

it.each<[string, (scene: PlayedMissedCall) => unknown]>([
  ['the line answered', (scene) => (scene.given = { signs: ['RINGING', 'ANSWER'], sipCode: null })],
  ['the line did not ring', (scene) => (scene.given = { signs: ['BUSY'], sipCode: 486 })],
  ['the network refused it', (scene) => (scene.given = { signs: ['RINGING', 'BUSY'], sipCode: 600 })],
  ['it was reported twice', (scene) => scene.events.unshift(...scene.events.slice(0, 1))],
  ['no opt-in came', (scene) => scene.events.splice(6, 1)],
  ['an event of the call is missing', (scene) => scene.events.splice(2, 1)],
  ['the call-back spoke English', (scene) => (scene.callBack.language = 'en')],
  ['the call-back was not completed', (scene) => (scene.callBack.outcome = 'partial')],
  ['the opt-in is of another call', (scene) => (scene.callBack.id = 'call_2')],
])('is wrong where %s', (_what, spoil) => {
  const scene = played();
  spoil(scene);
  expect(missedCallDifferences(scene)).not.toEqual([]);
});
