import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, DemoCall, TimelineLine } from './api-client.ts';
import { voiceMessage, type Scene } from './scenes.ts';
import type { RecordedMessage, VerifiedEvent, WebhookInbox } from './webhook-inbox.ts';

/** What came of a scene, from the API and from the verified webhooks. */
export interface PlayedScene {
  call: DemoCall;
  events: VerifiedEvent[];
  timeline: TimelineLine[];
}

export interface SceneDependencies {
  api: ApiClient;
  inbox: WebhookInbox;
  say: (line: string) => void;
}

const endsWithinMs = 90_000;
const lookEveryMs = 250;

/** Asks for the scene's call and tells what happens, as it happens, until `call.ended` has come by webhook. */
export async function playScene(deps: SceneDependencies, scene: Scene): Promise<PlayedScene> {
  const { api, inbox } = deps;
  const startedAt = Date.now();
  const story = new Story(startedAt, deps.say);
  const events: VerifiedEvent[] = [];
  const ended = Promise.withResolvers<'ended'>();
  const reference = `demo-${scene.to}-${startedAt}`;
  const forget = inbox.onEvent((event) => {
    if (event.data.call?.reference !== reference) return;
    events.push(event);
    story.tell(Date.now(), `webhook  ✓ signature  ${describeEvent(event)}`);
    if (event.type === 'call.ended') ended.resolve('ended');
  });
  const { id } = await api.post<DemoCall>('/v1/calls', { ...callRequest(scene), reference }, reference);

  let shown = 0;
  const follow = async (): Promise<TimelineLine[]> => {
    const { data } = await api.get<{ data: TimelineLine[] }>(`/v1/calls/${id}/timeline`);
    for (const line of data.slice(shown)) {
      const text = describeLine(line);
      if (text !== null) story.tell(Date.parse(line.at), `phone    ${text}`);
    }
    shown = data.length;
    return data;
  };
  while ((await Promise.race([ended.promise, pause(lookEveryMs)])) !== 'ended') {
    await follow();
    story.show(Date.now() - lookEveryMs);
    if (Date.now() - startedAt > endsWithinMs)
      throw new Error(`no call.ended came within ${endsWithinMs / 1000} s`);
  }
  const timeline = await follow();
  story.show(Infinity);
  forget();
  return { call: await api.get<DemoCall>(`/v1/calls/${id}`), events, timeline };
}

/** Lines in the order of their time: what the timeline tells is asked for now and then, and comes later than the webhooks. */
class Story {
  readonly #startedAt: number;
  readonly #say: (line: string) => void;
  #untold: { at: number; text: string }[] = [];

  constructor(startedAt: number, say: (line: string) => void) {
    this.#startedAt = startedAt;
    this.#say = say;
  }

  tell(at: number, text: string): void {
    this.#untold.push({ at, text });
  }

  /** Shows what happened until this instant. */
  show(until: number): void {
    const due = this.#untold.filter((line) => line.at <= until).toSorted((one, other) => one.at - other.at);
    this.#untold = this.#untold.filter((line) => line.at > until);
    for (const { at, text } of due)
      this.#say(`${((at - this.#startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  }
}

/** Every difference between what came and what should have come; none is success. */
export function differences(scene: Scene, played: PlayedScene): string[] {
  const { expected } = scene;
  const { call, events, timeline } = played;
  const asked = new Set(timeline.filter((line) => line.type === 'prompt').map((line) => line.step));
  const came = {
    outcome: call.outcome,
    reached: call.reached,
    resume_at: call.resume_at,
    responses: call.responses.map(({ question, value, given_on }) => [
      question,
      value === recordedMessage(played)?.id ? voiceMessage : value,
      given_on,
    ]),
    events: events.map((event) => event.type),
    notAsked: expected.notAsked.filter((question) => !asked.has(question)),
  };
  const wrong = (Object.keys(expected) as (keyof typeof expected)[]).filter(
    (key) => JSON.stringify(came[key]) !== JSON.stringify(expected[key]),
  );
  const inOrder = events.every((event, index) => event.sequence === index + 1);
  return [
    ...wrong.map(
      (key) => `${key}: ${JSON.stringify(came[key])} came, ${JSON.stringify(expected[key])} was expected`,
    ),
    ...(inOrder ? [] : [`sequence: ${events.map((event) => event.sequence).join(', ')} came`]),
  ];
}

/** What was said in a call, as a verified webhook told; undefined where nothing was. */
export function recordedMessage({ events }: PlayedScene): RecordedMessage | undefined {
  return events.find((event) => event.type === 'voice_message.recorded')?.data.voice_message;
}

/** One attempt, at any hour: the handsets of the demonstration sleep at no time. */
export function callRequest(
  scene: Pick<Scene, 'to' | 'responses' | 'flow' | 'people' | 'name'>,
): Record<string, unknown> {
  return {
    to: scene.to,
    flow: scene.flow ?? 'demo-quiz',
    language: 'hi',
    variables: { name: scene.name ?? 'आशा' },
    calling_hours: { start: '00:00', end: '24:00' },
    retry: { max_attempts: 1 },
    ...(scene.people ? { people: scene.people } : {}),
    ...(scene.responses ? { responses: scene.responses } : {}),
  };
}

function describeEvent({ type, sequence, data }: VerifiedEvent): string {
  const what = data.response
    ? `  ${data.response.question} = ${data.response.value}`
    : type === 'call.ended'
      ? `  outcome: ${data.call?.outcome ?? ''}`
      : data.voice_message
        ? `  reference number: ${data.voice_message.reference_number}`
        : '';
  return `${String(sequence ?? '').padStart(2)} ${type}${what}`;
}

function describeLine(line: TimelineLine): string | null {
  switch (line.type) {
    case 'call.attempt_started':
      return 'dialling';
    case 'call.ringing':
      return 'ringing';
    case 'call.answered':
      return 'answered';
    case 'prompt':
      return `hears    «${line.step ?? ''}»`;
    case 'key':
      return `presses  ${line.key ?? ''}  (${line.use ?? ''})`;
    default:
      return null; // the others are shown as the webhooks that tell of them
  }
}
