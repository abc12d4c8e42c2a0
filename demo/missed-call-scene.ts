import { isDeepStrictEqual } from 'node:util';
import { giveMissedCall, type GivenMissedCall } from '../asterisk/give-missed-call.ts';
import type { Lab } from '../asterisk/start-lab.ts';
import type { DemoCall } from './api-client.ts';
import { followCall } from './follow-call.ts';
import type { SceneDependencies } from './play-scene.ts';
import { Story } from './story.ts';
import type { VerifiedEvent } from './webhook-inbox.ts';

/** Somebody gives the school's line a missed call: it is refused before it is answered, they are called back in Hindi, and a key is their opt-in. */
export const missedCallScene = {
  title: 'A missed call becomes an opt-in',
  story: 'rings the line +911412345678, which costs nothing, is called back, and presses 1 for yes',
  from: '+919000001899',
  line: '+911412345678',
  flow: 'demo-welcome',
  list: 'school-updates',
};

/** What the line does with who calls it. */
export const missedCallLine = {
  mode: 'missed_call',
  list: missedCallScene.list,
  call_back: { flow: missedCallScene.flow, language: 'hi', delay: 'PT2S' },
  confirm: true,
};

/** Refused after one ring: the network says so to the caller's phone by 180 and 486, and never 200. */
const expectedSigns: GivenMissedCall = { signs: ['RINGING', 'BUSY'], sipCode: 486 };
const expectedEvents = [
  ...['missed_call.received', 'call.queued', 'call.attempt_started', 'call.ringing', 'call.answered'],
  ...['call.response_recorded', 'opt_in.recorded', 'call.attempt_ended', 'call.ended'],
];
const calledBackWithinMs = 30_000;

export interface PlayedMissedCall {
  given: GivenMissedCall;
  events: VerifiedEvent[];
  callBack: DemoCall & { language: string };
}

/** Gives the missed call and tells what happens until the call-back has ended. */
export async function playMissedCall(deps: SceneDependencies & { lab: Lab }): Promise<PlayedMissedCall> {
  const startedAt = Date.now();
  const story = new Story(startedAt, deps.say);
  const events: VerifiedEvent[] = [];
  const queued = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<'ended'>();
  const forget = deps.inbox.onEvent((event) => {
    const { call, missed_call: missedCall } = event.data;
    if (call?.flow.id !== missedCallScene.flow && missedCall?.line !== missedCallScene.line) return;
    events.push(event);
    story.tellEvent(Date.now(), event);
    if (event.type === 'call.queued' && call) queued.resolve(call.id);
    if (event.type === 'call.ended') ended.resolve('ended');
  });
  const limit = setTimeout(() => queued.reject(new Error('nobody called back')), calledBackWithinMs);
  try {
    story.tell(startedAt, `phone    calls ${missedCallScene.line}`);
    story.show(Infinity);
    const [given, id] = await Promise.all([ring(deps.lab, story), queued.promise]);
    await followCall(deps.api, { id, story, ended: ended.promise });
    return { given, events, callBack: await deps.api.get(`/v1/calls/${id}`) };
  } finally {
    clearTimeout(limit);
    forget();
  }
}

async function ring(lab: Lab, story: Story): Promise<GivenMissedCall> {
  const { line: dialled, from } = missedCallScene;
  const nationalNumber = from.slice('+91'.length);
  const given = await giveMissedCall(lab.network, { dialled, from: nationalNumber, givesUpAfterMs: 20_000 });
  story.tell(
    Date.now(),
    `phone    ${given.signs.join(', ').toLowerCase()}: SIP ${given.sipCode ?? 'gave nothing'}`,
  );
  story.show(Infinity);
  return given;
}

/** Every difference between what came and what should have come; none is success. */
export function missedCallDifferences({ given, events, callBack }: PlayedMissedCall): string[] {
  const optIn = events.find(({ type }) => type === 'opt_in.recorded')?.data;
  const proof = {
    call: callBack.id,
    step: 'join',
    key: '1',
    language: 'hi',
    flow: { id: missedCallScene.flow, version: 1 },
  };
  const ofCall = events.filter(({ sequence }) => sequence !== null);
  // events of a call come in order; one of no call may come before or after any of them
  const others = events.filter(({ sequence }) => sequence === null);
  const checks: [what: string, came: unknown, expected: unknown][] = [
    ['the caller saw', given, expectedSigns],
    ['webhooks', [...others, ...ofCall].map(({ type }) => type), expectedEvents],
    ['sequence', ofCall.map(({ sequence }) => sequence), ofCall.map((_, index) => index + 1)],
    ['missed calls', events.flatMap(({ data }) => data.missed_call?.from ?? []), ['+91******1899']],
    ['list', optIn?.list, missedCallScene.list],
    ['confirmed by', optIn?.confirmed_by, 'key'],
    ['proof', optIn?.proof, proof],
    ['language', callBack.language, 'hi'],
    ['outcome', callBack.outcome, 'completed'],
  ];
  return checks
    .filter(([, came, expected]) => !isDeepStrictEqual(came, expected))
    .map(
      ([what, came, expected]) =>
        `${what}: ${JSON.stringify(came)} came, ${JSON.stringify(expected)} was expected`,
    );
}
