import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { heardSound } from '../asterisk/heard-sound.ts';
import { startLab, type Lab } from '../asterisk/start-lab.ts';
import { createApiClient } from './api-client.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { keepVoiceMessage } from './keep-voice-message.ts';
import {
  missedCallDifferences,
  missedCallLine,
  missedCallScene,
  playMissedCall,
} from './missed-call-scene.ts';
import { callRequest, differences, playScene, recordedMessage } from './play-scene.ts';
import { scenes, type Scene } from './scenes.ts';
import { startWebhookInbox, type WebhookInbox } from './webhook-inbox.ts';

/**
 * `npm run demo`: two real Asterisks, the gateway with its own PostgreSQL, and a receiver of webhooks; calls, told as they happen.
 * Ends with status 0 only if each came out exactly as it should. `--keep` leaves everything running until Ctrl-C.
 */
const keep = process.argv.includes('--keep');
const heardHere = join(import.meta.dirname, '..', 'data', 'demo');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What was started, in the order in which it is to be stopped. */
const started: { stop: () => Promise<void> }[] = [];
const interrupted = Promise.withResolvers<'interrupted'>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.resolve('interrupted'));

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const result = await Promise.race([demonstrate(), interrupted.promise]);
    if (result === 'interrupted') say('\nInterrupted: ending everything that was started.');
    return result === 'interrupted' ? 130 : result;
  } catch (error) {
    process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    for (const each of started.toReversed())
      await each.stop().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}

async function demonstrate(): Promise<number> {
  await mkdir(heardHere, { recursive: true });
  const apiKey = randomBytes(32).toString('base64url');
  const lab = await timed('Asterisk and the phone network', () => remember(startLab()));
  const inbox = await remember(startWebhookInbox());
  const gateway = await timed('the gateway and its PostgreSQL', () => remember(startGateway(lab, apiKey)));
  const api = createApiClient(gateway.url, apiKey);

  const endpoint = await api.post<{ secret: string }>('/v1/webhook-endpoints', {
    url: inbox.url,
    description: 'demo',
  });
  inbox.trust(endpoint.secret);
  for (const name of ['quiz', 'family', 'message', 'welcome'])
    await api.put(
      `/v1/flows/demo-${name}`,
      JSON.parse(await readFile(join(import.meta.dirname, `${name}.json`), 'utf8')),
    );
  await api.put(`/v1/lines/${missedCallScene.line}`, missedCallLine);

  const running = { api, inbox, lab };
  const show = (scene: Scene, index: number): Promise<boolean> => showScene(running, scene, index);
  const [first, ...others] = scenes;
  const firstIsRight = first ? await show(first, 0) : true;
  say(`\n${others.length} more calls and a missed call, at the same time:`);
  const othersAreRight = await Promise.all([
    ...others.map((scene, index) => show(scene, index + 1)),
    showMissedCall(running, scenes.length),
  ]);
  const shown = scenes.length + 1;
  const failed = [firstIsRight, ...othersAreRight].filter((isRight) => !isRight).length;
  if (inbox.refused > 0) say(`\n✗ ${inbox.refused} webhooks had no valid signature`);
  say(
    failed === 0
      ? `\nAll ${shown} calls came out exactly as they should.`
      : `\n${failed} of ${shown} calls did not come out as they should.`,
  );
  if (keep) await keepRunning(gateway, apiKey);
  return failed === 0 && inbox.refused === 0 ? 0 : 1;
}

interface Running {
  api: ReturnType<typeof createApiClient>;
  inbox: WebhookInbox;
  lab: Lab;
}

async function showScene(running: Running, scene: Scene, index: number): Promise<boolean> {
  const number = `${index + 1} ·`;
  say(`\n${number} ${scene.title}\n    ${scene.to} ${scene.story}`);
  const played = await playScene({ ...running, say: (line) => say(`${number} ${line}`) }, scene);
  const answered = scene.expected.events.includes('call.answered');
  const heard = answered ? await keepWhatWasHeard(running.lab, scene.to, index) : null;
  if (heard) say(`${number} what the handset heard: ${heard}`);
  const wrong = differences(scene, played);
  const message = recordedMessage(played);
  if (message) {
    const file = join(heardHere, `${index + 1}-message.wav`);
    const kept = await keepVoiceMessage(running.api, message, file);
    say(`${number} what the person said, ${(kept.speechMs / 1000).toFixed(1)} s of speech: ${file}`);
    if (kept.wrong !== null) wrong.push(kept.wrong);
  }
  const summary = played.call.responses
    .map(({ question, value, given_on }) => `${question}=${value} (${given_on})`)
    .join(', ');
  say(
    wrong.length === 0
      ? `${number} ✓ ${played.call.outcome ?? ''}${summary ? `: ${summary}` : ''}`
      : `${number} ✗ ${wrong.join('\n    ')}`,
  );
  return wrong.length === 0;
}

async function showMissedCall(running: Running, index: number): Promise<boolean> {
  const number = `${index + 1} ·`;
  const { title, story, from } = missedCallScene;
  say(`\n${number} ${title}\n    ${from} ${story}`);
  const played = await playMissedCall({ ...running, say: (line) => say(`${number} ${line}`) });
  const heard = await keepWhatWasHeard(running.lab, from, index);
  if (heard) say(`${number} what the handset heard: ${heard}`);
  const wrong = missedCallDifferences(played);
  say(
    wrong.length === 0
      ? `${number} ✓ refused unanswered, called back, opted in to ${missedCallScene.list} by key`
      : `${number} ✗ ${wrong.join('\n    ')}`,
  );
  return wrong.length === 0;
}

function startGateway(lab: Lab, apiKey: string): Promise<GatewayProcess> {
  return startGatewayProcess(
    {
      ...lab.environment,
      ...{ IVRS_PORT: '0', IVRS_API_KEY: apiKey, IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true' },
      // a call-back keeps to the hours of the gateway
      IVRS_CALLING_HOURS: '00:00-24:00',
    },
    join(heardHere, 'gateway.log'),
  );
}

/** The recordings lie with the handsets, which are removed at the end; a copy stays. */
async function keepWhatWasHeard(lab: Lab, handset: string, index: number): Promise<string | null> {
  const nationalNumber = handset.slice('+91'.length);
  const [recording] = await heardSound(lab.heardDir, { nationalNumber });
  if (recording === undefined) return null;
  const copy = join(heardHere, `${index + 1}-${nationalNumber}.wav`);
  await copyFile(recording, copy);
  return copy;
}

async function keepRunning(gateway: GatewayProcess, apiKey: string): Promise<void> {
  const body = JSON.stringify(callRequest({ to: '+919000001239' }));
  say(`\nEverything is left running until you press Ctrl-C. Try, in another shell:\n`);
  say(`curl -s ${gateway.url}/v1/calls -H 'Authorization: Bearer ${apiKey}' \\`);
  say(`  -H 'Content-Type: application/json' -H "Idempotency-Key: $(date +%s)" \\\n  -d '${body}'\n`);
  say(`The gateway's log: ${gateway.logFile}`);
  await Promise.race([interrupted.promise, once(process, 'beforeExit')]);
}

/** What is being started is stopped as well, when somebody presses Ctrl-C meanwhile. */
function remember<T extends { stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> {
  started.push({
    stop: () =>
      starting.then(
        (running) => running.stop(),
        () => undefined,
      ),
  });
  return starting;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const before = Date.now();
  process.stdout.write(`starting ${what} … `);
  const result = await work();
  say(`${((Date.now() - before) / 1000).toFixed(1)} s`);
  return result;
}
