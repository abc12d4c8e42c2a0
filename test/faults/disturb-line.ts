import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunningAsterisk } from '../../asterisk/start-asterisk.ts';
import type { CallView } from '../../src/domain/calls/call-view.ts';
import { createApiClient, type ApiClient } from '../support/api-client.ts';
import { callTheGateway } from '../support/call-the-gateway.ts';
import type { CallLab } from '../support/running-gateway.ts';
import { insist } from './orchestrator.ts';
import { recordOf } from './record-of.ts';
import { superviseGateway } from './supervised-gateway.ts';
import { tallyOfLine, type CallerRecord, type Tally } from './tally.ts';

export interface LineDisturbance {
  lab: CallLab;
  environment: Record<string, string>;
  /** Called by nobody before. */
  line: string;
  /** So many handsets call it at once. */
  callers: number;
  /** See `superviseGateway`. */
  crashes: readonly string[];
  settleMs: number;
}

/**
 * Has handsets call a line that answers, the process killed meanwhile. When all phones are down and nothing is left of what Asterisk wrote down, each
 * caller has to be on record once.
 */
export async function disturbLine(of: LineDisturbance): Promise<Tally> {
  const { lab, line } = of;
  const { network } = lab.lab;
  const before = lab.invites.all.length;
  const talking = new Set<string>();
  const looks: Promise<void>[] = [];
  const noteTalking = async (): Promise<void> => {
    for (const { id, state } of await channelsOf(network)) if (state === 'Up') talking.add(id);
  };
  const gateway = superviseGateway({
    ...of,
    onDeath: () => void looks.push(noteTalking()),
  });
  const api = createApiClient(() => gateway.url);
  try {
    await openLine(api, line);
    const phones = await Promise.all(
      callersOf(of).map(async (from) => ({
        from,
        channel: await callTheGateway(network, { dialled: line, from, givesUpAfterMs: 60_000 }),
      })),
    );
    await untilQuiet(of, new Set(phones.map(({ channel }) => channel)));
    await Promise.all(looks);
    const records = await Promise.all(
      phones.map(({ from, channel }) =>
        recordOfCaller(of, api, { from, before, wasOnTheLine: talking.has(channel) }),
      ),
    );
    return tallyOfLine(records, gateway.kills);
  } finally {
    await gateway.stop();
  }
}

async function openLine(api: ApiClient, line: string): Promise<void> {
  const body = { mode: 'answer', flow: 'quiz', language: 'hi' };
  const put = await insist(
    () => api.ask('PUT', `/v1/lines/${line}`, { body }),
    ({ status }) => status < 500,
  );
  expect(put, JSON.stringify(put.body)).toMatchObject({ status: 201 });
  await insist(
    () => api.ask('GET', '/readyz'),
    ({ status }) => status === 200,
  );
}

/** Most answer both questions, with four keys, since a key is lost that is pressed to a gateway that is dead; some hang up after a second. */
function callersOf({ callers }: LineDisturbance): string[] {
  return Array.from({ length: callers }, (_, index) => {
    const keys = (81 + index)
      .toString(3)
      .slice(-4)
      .replace(/\d/g, (digit) => String(Number(digit) + 1));
    return `9000${index % 10 === 5 ? '10' : '00'}${keys}`;
  });
}

interface NetworkChannel {
  id: string;
  state: string;
}

async function channelsOf({ ariUrl, ariUser, ariPassword }: RunningAsterisk): Promise<NetworkChannel[]> {
  const authorization = `Basic ${Buffer.from(`${ariUser}:${ariPassword}`).toString('base64')}`;
  const reply = await fetch(`${ariUrl}/ari/channels`, { headers: { authorization } });
  return (await reply.json()) as NetworkChannel[];
}

/** Legs and record are compared every minute at the latest: what is left then was not heeded when it should have been. */
const heededWithinMs = 40_000;

/** Until the phones are down, and no file is left of a call: each is on record. */
async function untilQuiet({ lab, settleMs }: LineDisturbance, phones: ReadonlySet<string>): Promise<void> {
  const { network, gateway } = lab.lab;
  const calling = async (): Promise<string[]> =>
    (await channelsOf(network)).flatMap(({ id }) => (phones.has(id) ? [id] : []));
  await expect.poll(calling, { timeout: settleMs, interval: 200 }).toEqual([]);
  const written = (): Promise<string[]> => readdir(join(gateway.dataDir, 'incoming-calls'));
  await expect.poll(written, { timeout: heededWithinMs, interval: 200 }).toEqual([]);
}

async function recordOfCaller(
  { lab, line, settleMs }: LineDisturbance,
  api: ApiClient,
  { from, before, wasOnTheLine }: { from: string; before: number; wasOnTheLine: boolean },
): Promise<CallerRecord> {
  const number = `+91${from}`;
  const calls = (await listed<CallView>(api, '/v1/calls?direction=incoming&limit=200')).filter(
    (call) => call.line === line && call.from === number,
  );
  const missed = (
    await listed<{ id: string; from: string }>(
      api,
      `/v1/missed-calls?line=${encodeURIComponent(line)}&limit=200`,
    )
  ).filter((each) => each.from === number);
  return {
    calls: await Promise.all(
      calls.map(({ id }) =>
        recordOf({ lab, api, settleMs }, { id, invites: () => 0, wasOnTheLine: () => wasOnTheLine }),
      ),
    ),
    missedCalls: await Promise.all(missed.map(({ id }) => timesTold(lab, { missedCall: id, settleMs }))),
    invites: lab.invites.all.slice(before).filter(({ nationalNumber }) => nationalNumber === from).length,
  };
}

async function listed<T>(api: ApiClient, path: string): Promise<T[]> {
  const { body } = await insist<{ data: T[] }>(
    () => api.ask('GET', path),
    ({ status }) => status === 200,
  );
  return body.data;
}

async function timesTold(
  { gateway }: CallLab,
  { missedCall, settleMs }: { missedCall: string; settleMs: number },
): Promise<{ told: number }> {
  const tells = ({
    type,
    event,
  }: {
    type: string;
    event: { data: Record<string, unknown> } | null;
  }): boolean =>
    type === 'missed_call.received' && (event?.data['missed_call'] as { id: string }).id === missedCall;
  await gateway.webhooks.waitFor(tells, settleMs);
  return { told: new Set(gateway.webhooks.received.filter(tells).map(({ id }) => id)).size };
}
