import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import type { AriReply, AriRequest } from '../../../src/telephony/asterisk/ari-request.ts';
import { createIncomingChannels, legIdOfChannel } from '../../../src/telephony/asterisk/incoming-channels.ts';
import { createWrittenCalls, type WrittenCalls } from '../../../src/telephony/asterisk/written-calls.ts';
import { TelephonyUnavailable } from '../../../src/telephony/telephony.ts';
import { silentLog } from '../../support/silent-log.ts';

let directory: string;
let incoming: ReturnType<typeof createIncomingChannels>;
let written: WrittenCalls;
/** What Asterisk has of channels, of any kind. */
let channels: unknown;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ivrs-written-'));
  incoming = createIncomingChannels();
  channels = [];
  written = createWrittenCalls({ directory, incoming, ask, clock: systemClock, log: silentLog });
});
afterEach(() => rm(directory, { recursive: true }));

function ask({ path }: AriRequest): Promise<AriReply> {
  const body = path === 'channels' ? channels : { config: { name: 'gw-a' } };
  return Promise.resolve({ status: 200, body });
}

async function callComesIn(channel: string): Promise<void> {
  const text = '1 1795225923 PJSIP/carrier-a-0000000a allowed n%2B911412345678 n%2B919000001299 end\n';
  await writeFile(join(directory, channel), text);
}

const [over, another] = ['gw-a-1795225923.17', 'gw-a-1795225923.18'];

it('lists the calls that are over and of which nobody told us', async () => {
  await callComesIn(over);
  await callComesIn(another);
  await callComesIn('gw-b-1795225923.17');
  incoming.add(another);
  expect(await written.list()).toEqual({
    over: [
      {
        ...{ leg: legIdOfChannel(over), at: 1_795_225_923_000, endpoint: 'carrier-a' },
        ...{ dialled: '+911412345678', callerNumber: '+919000001299', callerWithheld: false },
      },
    ],
    isComplete: true,
  });
});

it('leaves a call alone that is still there and was not told yet, and says that there is one', async () => {
  await callComesIn(over);
  channels = [{ id: over, state: 'Ring' }];
  expect(await written.list()).toEqual({ over: [], isComplete: false });
  channels = [];
  expect(await written.list()).toMatchObject({ over: [{ leg: legIdOfChannel(over) }], isComplete: true });
});

it('takes no call for over where Asterisk does not say what is there', async () => {
  await callComesIn(over);
  channels = { message: 'no' };
  await expect(written.list()).rejects.toThrow(TelephonyUnavailable);
});

it('removes the file of a call that is there, of one that was noted, and of one that it listed', async () => {
  const noted = 'gw-a-1795225923.19';
  for (const channel of [over, another, noted]) await callComesIn(channel);
  const leg = incoming.add(another);
  written.note(legIdOfChannel(noted), noted);
  await written.remove(leg);
  await written.remove(legIdOfChannel(noted));
  expect(await readdir(directory)).toEqual([over]);
  await written.remove(legIdOfChannel(over));
  expect(await readdir(directory)).toEqual([over]);
  await written.list();
  await written.remove(legIdOfChannel(over));
  expect(await readdir(directory)).toEqual([]);
});
