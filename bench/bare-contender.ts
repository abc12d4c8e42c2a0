import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/db/embedded-postgres.ts';
import { gatewayCommand, gatewayEnvironment } from '../demo/gateway-command.ts';
import { silentLog } from '../test/support/silent-log.ts';
import { askOver, type AskApi } from './ask-api.ts';
import { lastCallsWithinMs, pressAfterMs, type CallSounds, type Contender } from './contender.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { placeCalls } from './place-calls.ts';
import { childOf, cpuOfProcessMs, cpuOfTreeMs } from './process-cost.ts';
import { ariApp, startBenchAsterisk } from './start-bench-asterisk.ts';
import { startWebhookReceiver } from './start-webhook-receiver.ts';

export interface BareOrder {
  ariUrl: string;
  ariUser: string;
  ariPassword: string;
  ariApp: string;
  webhookUrl: string;
  secret: string;
  postgres: EmbeddedPostgres['connection'];
  /** As ARI's `media` takes them. */
  question: string;
  thanks: string;
}

export interface BareMessage {
  /** Where it takes requests. */
  url: string;
}

/** The same call by a program without any rules (`bare-calls.ts`), with a durable PostgreSQL and the same webhooks. */
export async function startBare(sounds: CallSounds): Promise<Contender> {
  await using opening = new AsyncDisposableStack();
  const { asterisk, stop } = await startBenchAsterisk({ pressAfterMs });
  opening.defer(stop);
  const { ariUrl, ariUser, ariPassword } = asterisk;
  const webhooks = await startWebhookReceiver();
  opening.defer(() => webhooks.stop());
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  await webhooks.trust(secret);
  const postgres = await startEmbeddedPostgres({
    dataDir: join(asterisk.directory, 'bare-postgres'),
    log: silentLog,
  });
  opening.defer(() => postgres.stop());
  const { url, pid } = await startProcess(opening, {
    ...{ ariUrl, ariUser, ariPassword, ariApp, webhookUrl: webhooks.url, secret },
    ...{ postgres: postgres.connection, question: mediaOf(sounds.question), thanks: mediaOf(sounds.thanks) },
  });
  const { api, close } = askOver(url, 'nobody looks at it');
  opening.defer(close);
  const numbers = createPhoneNumbers();
  const postgresPid = await childOf(process.pid, 'postgres');

  const running = opening.move();
  return {
    name: 'bare',
    async makeCalls(load) {
      webhooks.take();
      await placeCalls({ api } satisfies { api: AskApi }, load, { numbers });
      await webhooks.callsEnded(load.calls, lastCallsWithinMs);
      const { events, refused } = webhooks.take();
      if (refused > 0 || events.length !== load.calls * eventsOfCall)
        throw new Error(`${events.length} webhooks came, and ${refused} with no good signature`);
    },
    cpuMs: async () => ({
      asterisk: await cpuOfProcessMs(asterisk.pid),
      program: await cpuOfProcessMs(pid),
      postgres: await cpuOfTreeMs(postgresPid),
    }),
    stop: () => running.disposeAsync(),
  };
}

const eventsOfCall = 7;

/** Under the same Node options as the gateway. */
async function startProcess(
  opening: AsyncDisposableStack,
  order: BareOrder,
): Promise<{ url: string; pid: number }> {
  const child = fork(join(import.meta.dirname, 'bare-calls.ts'), {
    execArgv: gatewayCommand.slice(0, -1),
    env: { ...process.env, ...gatewayEnvironment },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  });
  opening.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  });
  const ready = once(child, 'message', { signal: AbortSignal.timeout(20_000) });
  child.send(order);
  const [{ url }] = (await ready) as [BareMessage];
  return { url, pid: child.pid ?? -1 };
}

function mediaOf(paths: readonly string[]): string {
  return paths.map((path) => `sound:${path}`).join(',');
}
