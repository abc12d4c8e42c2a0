import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import { createApiClient } from '../support/api-client.ts';
import { testApiKey } from '../support/gateway-process.ts';
import { useCallLab } from '../support/running-gateway.ts';
import { silentLog } from '../support/silent-log.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { crashPoints, linePoints } from './crash-points.ts';
import { disturbLine } from './disturb-line.ts';
import { faultTable } from './fault-table.ts';
import { ask } from './orchestrator.ts';
import { recordOf } from './record-of.ts';
import { superviseGateway } from './supervised-gateway.ts';
import { faults, tally, type Tally } from './tally.ts';

/**
 * `npm run test:faults`: for each point of a call at which something can die, so many calls at once to the handsets of the real network, and the
 * process killed at that point, twice. Then everybody is asked what became of them: the API, the receiver of the webhooks, the phones.
 */
const calls = Number(process.env['CALLS'] ?? 20);
const settleMs = 150_000;
const rows = new Map<string, Tally>();

let folder = '';
let postgres: EmbeddedPostgres | null = null;
let network: TcpProxy | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ivrs-faults-'));
  postgres = await startPostgres();
}, 60_000);

let environment: Record<string, string> = {};
const lab = useCallLab({
  async environment(both) {
    network = await startTcpProxy(Number(new URL(both.gateway.ariUrl).port));
    const changes = {
      IVRS_ARI_URL: `http://127.0.0.1:${network.port}`,
      IVRS_DATABASE_URL: `postgresql:///postgres?host=${encodeURIComponent(postgres?.connection.host ?? '')}&user=ivrs`,
      IVRS_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    environment = {
      ...both.environment,
      ...changes,
      IVRS_PORT: '0',
      IVRS_API_KEY: testApiKey,
      IVRS_ALLOW_PRIVATE_WEBHOOKS: 'true',
    };
    return changes;
  },
});

// The flows and the endpoint are on record; from here on other processes drive.
beforeAll(async () => {
  await lab().gateway.process.terminate();
}, 60_000);

afterAll(async () => {
  if (rows.size > 0) process.stdout.write(`\n${faultTable(rows)}\n\n`);
  await network?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

it.each(Object.entries(crashPoints))(
  'the gateway is killed at «%s»: %s',
  { timeout: 400_000 },
  async (point, name) => {
    // Twice: with half of the calls on their way, and again when it is back. A claim takes several at once: none of the first has left.
    const times = point === 'claimed' ? [1, 1] : [Math.ceil(calls / 2), Math.ceil(calls / 4)];
    const row = await disturb(name, { crashes: times.map((time) => `${point}:${time}`) });
    expect(row.kills, 'it did die there').toBeGreaterThan(0);
    if (point === 'claimed') expect(row.unknown, 'what was claimed and did not leave is dialled').toBe(0);
  },
);

it.each(Object.entries(linePoints).map(([point, name], index) => ({ point, name, index })))(
  'the gateway is killed at «$point» of a call to a line: $name',
  { timeout: 400_000 },
  async ({ point, name, index }) => {
    const crashes = [Math.ceil(calls / 2), Math.ceil(calls / 4)].map((time) => `${point}:${time}`);
    const of = { lab: lab(), environment, line: `+91141234580${index}`, callers: calls, crashes, settleMs };
    const row = judge(`a call to a line, ${name}`, await disturbLine(of));
    expect(row.kills, 'it did die there').toBeGreaterThan(0);
    expect(row.unknown, 'who calls is not dialled').toBe(0);
  },
);

it('Asterisk is killed with everybody on the line', { timeout: 400_000 }, async () => {
  await disturb('Asterisk, everybody on the line', {
    async strike() {
      await lab().lab.gateway.kill9();
      await lab().lab.gateway.startAgain();
    },
  });
});

it('the connection to Asterisk is cut with everybody on the line', { timeout: 400_000 }, async () => {
  await disturb('the connection to Asterisk', { strike: () => Promise.resolve(network?.cut()) });
});

it('PostgreSQL is killed with everybody on the line', { timeout: 400_000 }, async () => {
  await disturb('PostgreSQL, everybody on the line', {
    async strike() {
      const [pid] = (await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await postgres?.stop();
      postgres = await startPostgres();
    },
  });
});

interface Disturbance {
  crashes?: readonly string[];
  /** Done once half of the phones are on the line. */
  strike?: () => Promise<unknown>;
}

async function disturb(name: string, { crashes = [], strike }: Disturbance): Promise<Tally> {
  const { invites } = lab();
  const before = invites.all.length;
  const live = (): string[] =>
    invites.all.slice(before).flatMap((each) => (each.live ? [each.nationalNumber] : []));
  const onTheLine = new Set<string>();
  const noteLive = (): void => live().forEach((number) => onTheLine.add(number));
  const gateway = superviseGateway({ environment, crashes, onDeath: noteLive });
  const api = createApiClient(() => gateway.url);
  try {
    const placed = await Promise.all(
      numbersToCall().map(async (to) => ({ to, call: await ask(api, { ...asked, to }) })),
    );
    if (strike !== undefined) {
      await expect
        .poll(() => live().length, { timeout: 30_000, interval: 50 })
        .toBeGreaterThanOrEqual(calls / 2);
      noteLive();
      await strike();
    }
    const records = await Promise.all(
      placed.map(({ to, call }) =>
        recordOf(
          { lab: lab(), api, settleMs },
          {
            id: call.id,
            invites: () =>
              invites.all.slice(before).filter((each) => to.endsWith(each.nationalNumber)).length,
            wasOnTheLine: () => onTheLine.has(to.slice(-10)),
          },
        ),
      ),
    );
    return judge(name, tally(records, strike === undefined ? gateway.kills : 1));
  } finally {
    await gateway.stop();
  }
}

function judge(name: string, row: Tally): Tally {
  rows.set(name, row);
  expect(Object.fromEntries(faults.map((fault) => [fault, row[fault]]))).toEqual(
    Object.fromEntries(faults.map((fault) => [fault, 0])),
  );
  return row;
}

const asked = {
  flow: 'quiz',
  calling_hours: { start: '00:00', end: '24:00' },
  retry: { max_attempts: 1 },
};

/** Most answer, with four keys for two questions, since a key is lost that is pressed to a gateway that is dead; the others end at once. */
function numbersToCall(): string[] {
  return Array.from({ length: calls }, (_, index) => {
    const keys = (81 + index)
      .toString(3)
      .slice(-4)
      .replace(/\d/g, (digit) => String(Number(digit) + 1));
    const behaviour = { 3: '17', 8: '10', 13: '21' }[index % 20] ?? '00';
    return `+919000${behaviour}${keys}`;
  });
}

function startPostgres(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), log: silentLog });
}
