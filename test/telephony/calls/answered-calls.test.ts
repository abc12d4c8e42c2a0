import { describe, expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import type { CallView } from '../../../src/domain/calls/call-view.ts';
import type { TimelineLine } from '../../support/api-client.ts';
import { faultsOfPrompt, followPrompt } from '../../support/ear/follow-prompt.ts';
import { earTrunk, heardCall, renderedParts, useEar } from '../../support/ear/heard-call.ts';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';
import { findSound } from '../../support/sound.ts';
import { firstQuestion, secondQuestion, thanks, welcomeWords } from '../../support/test-flows.ts';

const ear = await useEar();
const lab = useCallLab({ pjsip: ear.pjsip, trunks: [labTrunk('carrier-a'), earTrunk('alaw')] });
const placed = usePlacedCalls(lab, () => [...calls, { to: '+919000109999' }]);

interface AnsweredCall {
  it: string;
  to: string;
  request?: Record<string, unknown>;
  outcome: string;
  /** question=value, with (request) where it was given there */
  responses: string[];
  resumeAt?: string;
  /** Events beside those of every answered call, in between. */
  events?: string[];
  /** What the timeline must have in this order, as `type:step:key`. */
  story?: string[];
  notInTimeline?: Record<string, unknown>[];
}

const answered = { outcome: 'completed', responses: ['q1=a', 'q2=b'] };
const response = 'call.response_recorded';

const calls: AnsweredCall[] = [
  { it: 'takes a key at the end of each question, in Hindi', to: '+919000001299', ...answered },
  {
    it: 'speaks English where that is asked for',
    to: '+919000001399',
    request: { language: 'en' },
    outcome: 'completed',
    responses: ['q1=a', 'q2=c'],
  },
  {
    it: 'reports who hangs up after the first answer as partial',
    to: '+919000011999',
    outcome: 'partial',
    responses: ['q1=a'],
    resumeAt: 'q2',
  },
  {
    it: 'counts a call as completed that ends right after the last answer',
    to: '+919000011299',
    ...answered,
  },
  { it: 'takes keys that do not wait for the end of a prompt', to: '+919000021299', ...answered },
  {
    it: 'asks again who does not press a key',
    to: '+919000031299',
    ...answered,
    story: ['no_key:q1:', 'key:q1:1', 'no_key:q2:', 'key:q2:2'],
    notInTimeline: [{ type: 'wrong_key' }],
  },
  {
    it: 'keeps keys for the questions that come',
    to: '+919000041299',
    ...answered,
    story: ['prompt:q2:', 'key:q2:2'],
  },
  { it: 'talks to a phone whose network rings by sound', to: '+919000261299', ...answered },
  {
    it: 'says a question again at the repeat key',
    to: '+919000008129',
    ...answered,
    story: ['prompt:q1:', 'key:q1:*', 'prompt:q1:', 'key:q1:1'],
    notInTimeline: [{ type: 'no_key' }, { type: 'wrong_key' }],
  },
  {
    it: 'tells a wrong key from no key',
    to: '+919000005129',
    ...answered,
    story: ['key:q1:5', 'wrong_key:q1:', 'prompt:q1:', 'key:q1:1'],
    notInTimeline: [{ type: 'no_key' }],
  },
  {
    it: 'does not ask what was answered elsewhere',
    to: '+919000002999',
    request: { responses: { q1: 'c' } },
    outcome: 'completed',
    responses: ['q1=c (request)', 'q2=b'],
    notInTimeline: [{ type: 'prompt', step: 'q1' }],
  },
  {
    it: 'begins at the step that the request names',
    to: '+919000003999',
    request: { start_at: 'q2' },
    outcome: 'completed',
    responses: ['q2=c'],
    notInTimeline: [
      { type: 'prompt', step: 'welcome' },
      { type: 'prompt', step: 'q1' },
    ],
  },
  {
    it: 'reads digits back and takes them when they are confirmed',
    to: '+919000022519',
    request: { flow: 'age', language: 'en' },
    outcome: 'completed',
    responses: ['age=25'],
    story: ['key:age:2', 'key:age:5', 'prompt:age:', 'key:age:1'],
  },
  {
    it: 'asks for digits again that are not confirmed',
    to: '+919000004251',
    request: { flow: 'age' },
    outcome: 'completed',
    responses: ['age=5'],
    story: ['key:age:4', 'prompt:age:', 'key:age:2', 'prompt:age:', 'key:age:5', 'prompt:age:', 'key:age:1'],
  },
  {
    it: 'opts out who presses the key for it and confirms it',
    to: '+919000000099',
    outcome: 'opted_out',
    responses: [],
    resumeAt: 'q1',
    events: ['opt_out.recorded'],
    story: ['key:q1:0', 'prompt:q1:', 'key:q1:0'],
  },
  {
    it: 'goes on with who presses the opt-out key and does not confirm it',
    to: '+919000000912',
    ...answered,
    story: ['key:q1:0', 'prompt:q1:', 'prompt:q1:', 'key:q1:1'],
  },
];

describe('a call that is answered', () => {
  it.for(calls)('$it', async (story) => {
    const { gateway, invites } = lab();
    const { id } = placed(story.to);
    const call = await gateway.ended(id);
    const timeline = await gateway.api.timeline(id);
    expect({
      outcome: call.outcome,
      responses: call.responses.map(describeResponse),
      resume_at: call.resume_at,
    }).toEqual({
      outcome: story.outcome,
      responses: story.responses,
      resume_at: story.resumeAt ?? null,
    });
    expect(call).toMatchObject({ reached: true, answered: true, human: true, status: 'ended' });
    expect(call.attempts.map((attempt) => attempt.verdict)).toEqual([
      {
        reason: 'answered',
        fault: 'none',
        retryable: expect.any(Boolean) as boolean,
        sip_code: 200,
        q850_cause: 16,
      },
    ]);
    expect(gateway.events(id).map((event) => event.type)).toEqual(eventsOf(story, call));
    expectStory(timeline, story.story ?? []);
    for (const line of story.notInTimeline ?? [])
      expect(timeline).not.toContainEqual(expect.objectContaining(line));
    expect(invites.count(story.to)).toBe(1);
  });

  it('takes somebody who hangs up after a second for reached, and has nothing of them', async () => {
    const { gateway } = lab();
    const { id } = placed('+919000109999');
    const call = await gateway.ended(id);
    expect(call).toMatchObject({
      outcome: 'partial',
      reached: true,
      human: null,
      responses: [],
      resume_at: 'q1',
    });
    expect(gateway.events(id).map((event) => event.type)).toEqual([...begin, 'call.answered', ...end]);
  });
});

describe('what a phone hears', () => {
  it('is the welcome and each question as they were rendered, as loud as speech should be', async () => {
    const { gateway, lab: asterisks } = lab();
    const to = '+919000001199';
    const coming = ear.callTo(to);
    const { id } = await gateway.place(to, { trunk: 'ear-alaw' });
    const call = await coming;
    for (const key of ['1', '2'] as const) {
      await call.asking();
      await call.press(key);
    }
    const heard = await heardCall(call);
    expect(await gateway.ended(id)).toMatchObject({ outcome: 'completed' });
    let fromMs = 0;
    for (const { hi } of [welcomeWords, firstQuestion, secondQuestion, thanks]) {
      const parts = await renderedParts(asterisks.gateway.dataDir, { codec: 'alaw', texts: [hi] });
      const found = followPrompt(heard, parts, { fromMs, withinMs: 3_000 });
      expect(faultsOfPrompt(found), hi).toEqual([]);
      for (const { samples } of parts)
        expect(findSound(samples.toReversed(), heard.samples).correlation).toBeLessThan(0.5);
      fromMs = found.at(-1)?.endsMs ?? NaN;
    }
    expect(heard.lost).toBe(0);
  });
});

describe('a person who opted out', () => {
  it('is not called again', async () => {
    const { gateway, invites } = lab();
    const { id } = await gateway.place('+919000000099');
    const call = await gateway.ended(id);
    expect(call).toMatchObject({ outcome: 'blocked', blocked_by: 'all', reached: false, attempts: [] });
    expect(gateway.events(id).map((event) => event.type)).toEqual(['call.queued', 'call.ended']);
    expect(invites.count('+919000000099')).toBe(1);
  });
});

const begin = ['call.queued', 'call.attempt_started', 'call.ringing'];
const end = ['call.attempt_ended', 'call.ended'];

function eventsOf(story: AnsweredCall, call: CallView): string[] {
  const rings = story.to.startsWith('+91900026') ? [] : ['call.ringing'];
  const given = call.responses.filter((each) => each.given_on === 'call').map(() => response);
  return [
    'call.queued',
    'call.attempt_started',
    ...rings,
    'call.answered',
    ...given,
    ...(story.events ?? []),
    ...end,
  ];
}

function describeResponse({ question, value, given_on }: CallView['responses'][number]): string {
  return `${question}=${value}${given_on === 'request' ? ' (request)' : ''}`;
}

/** All of `story`, in this order; other lines may lie between. */
function expectStory(timeline: TimelineLine[], story: string[]): void {
  const lines = timeline.map(({ type, step, key }) => `${type}:${step ?? ''}:${key ?? ''}`);
  let at = 0;
  for (const line of story) {
    const found = lines.indexOf(line, at);
    expect(found, `«${line}» after ${at} lines of ${lines.join(', ')}`).toBeGreaterThanOrEqual(0);
    at = found + 1;
  }
}
