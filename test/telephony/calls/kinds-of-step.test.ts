import { expect, it } from 'vitest';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';

/** Each on the real phone network: a choice of language, who is there, consent, and another flow within the flow. */
const lab = useCallLab();

const said = (hi: string, en: string) => ({ text: { hi, en } });
const options = { '1': { value: 'a' }, '2': { value: 'b' }, '3': { value: 'c' } };
const q1 = { id: 'q1', type: 'choice', say: said('पहला सवाल', 'First question'), options };
const q2 = { id: 'q2', type: 'choice', say: said('दूसरा सवाल', 'Second question'), options };
const thanks = { id: 'thanks', type: 'message', say: 'system.thank_you' };

const flowOf = (...steps: unknown[]): Record<string, unknown> => ({
  title: 'One step of each kind',
  languages: ['hi', 'en'],
  keys: { repeat: '*', opt_out: '0' },
  defaults: { first_key_timeout: 'PT3S', attempts: 2 },
  steps: [...steps, thanks],
});

const agree = { id: 'agree', type: 'consent', say: said('क्या हम पूछें?', 'May we ask?'), otherwise: 'thanks' };
const family = flowOf({ id: 'who', type: 'person' }, q1, q2);
const people = [
  { id: 'p1', name: 'आशा', responses: { q1: 'b' } },
  { id: 'p2', name: 'रवि' },
];

const english = '+919000002199';
const consenting = '+919000001399';
const silent = '+919000009999';
const ravi = '+919000012199';
const nested = '+919000002399';
const stranger = '+919000003999';

const outer = flowOf({ id: 'first', type: 'sub_flow', flow: 'once' }, q2);

const placed = usePlacedCalls(lab, () => [
  { to: english, request: { flow: flowOf({ id: 'language', type: 'language' }, q1) } },
  { to: consenting, request: { flow: flowOf(agree, q1) } },
  { to: silent, request: { flow: flowOf(agree, q1) } },
  { to: ravi, request: { flow: family, people, retry: { max_attempts: 2, after: { partial: 'PT1S' } } } },
  { to: stranger, request: { flow: family, people } },
  { to: nested, request: { flow: outer } },
]);

it('a language is chosen by its own voice, and from then on it is the language of the call', async () => {
  const { gateway } = lab();
  const { id } = placed(english);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'completed', language: 'en' });
  expect(call.responses.map(({ question, value }) => [question, value])).toEqual([
    ['language', 'en'],
    ['q1', 'a'],
  ]);
  const languages = gateway
    .events(id)
    .map((webhook) => (webhook.event?.data['call'] as typeof call).language);
  expect(languages).toEqual(['hi', 'hi', 'hi', 'hi', 'en', 'en', 'en', 'en']);
});

it('a consent is kept with the words that it was given to', async () => {
  const { gateway } = lab();
  const call = await gateway.ended(placed(consenting).id);
  expect(call).toMatchObject({
    outcome: 'completed',
    responses: [
      { question: 'agree', value: 'yes', key: '1', consent: { flow: call.flow, language: 'hi' } },
      { question: 'q1', value: 'c' },
    ],
  });
});

it('silence is no consent', async () => {
  const call = await lab().gateway.ended(placed(silent).id);
  expect(call).toMatchObject({ outcome: 'partial', responses: [], resume_at: 'agree' });
});

it('on a shared phone each attempt asks who is there, and goes on where that person stopped', async () => {
  const { gateway, invites } = lab();
  const { id } = placed(ravi);
  const waiting = await gateway.heard(id, 'call.attempt_ended');
  const none = { resume_at: null, completed: false };
  const first = (waiting.event?.data['call'] ?? null) as Awaited<ReturnType<typeof gateway.ended>>;
  expect(first).toMatchObject({ status: 'waiting_retry', resume_at: 'who' });
  expect(first.people).toMatchObject([
    { id: 'p1', ...none, responses: [{ question: 'q1', value: 'b', given_on: 'request' }] },
    { id: 'p2', resume_at: 'q2', completed: false },
  ]);

  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'completed', resume_at: null });
  expect(call.people).toMatchObject([
    { id: 'p1', ...none },
    { id: 'p2', resume_at: null, completed: true },
  ]);
  expect(
    call.responses.map(({ question, value, person, attempt }) => [question, value, person, attempt]),
  ).toEqual([
    ['who', 'p2', 'p2', 2],
    ['q1', 'b', 'p1', null],
    ['q1', 'a', 'p2', 1],
    ['q2', 'a', 'p2', 2],
  ]);
  const prompts = (await gateway.api.timeline(id)).filter((line) => line.type === 'prompt');
  expect(prompts.filter((line) => line.attempt === 2).map((line) => line.step)).toEqual([
    'who',
    'q2',
    'thanks',
  ]);
  expect(invites.count(ravi)).toBe(2);
});

it('where none of the people is there, nothing is asked and the call is partial', async () => {
  const { gateway } = lab();
  const { id } = placed(stranger);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'partial', resume_at: 'who' });
  expect(call.responses.filter(({ given_on: on }) => on === 'call')).toMatchObject([
    { question: 'who', value: 'none', person: null },
  ]);
  const steps = (await gateway.api.timeline(id))
    .filter((line) => line.type === 'prompt')
    .map((line) => line.step);
  expect(new Set(steps)).toEqual(new Set(['who']));
});

it('another flow is played and the first goes on', async () => {
  const call = await lab().gateway.ended(placed(nested).id);
  expect(call).toMatchObject({ outcome: 'completed', resume_at: null });
  expect(call.responses.map(({ question, value }) => [question, value])).toEqual([
    ['first.q1', 'b'],
    ['q2', 'c'],
  ]);
});
