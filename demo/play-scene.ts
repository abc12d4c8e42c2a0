import type { ApiClient, DemoCall, TimelineLine } from './api-client.ts';
import { followCall } from './follow-call.ts';
import { voiceMessage, type Scene } from './scenes.ts';
import { Story } from './story.ts';
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
    story.tellEvent(Date.now(), event);
    if (event.type === 'call.ended') ended.resolve('ended');
  });
  const { id } = await api.post<DemoCall>('/v1/calls', { ...callRequest(scene), reference }, reference);

  const timeline = await followCall(api, { id, story, ended: ended.promise });
  forget();
  return { call: await api.get<DemoCall>(`/v1/calls/${id}`), events, timeline };
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
