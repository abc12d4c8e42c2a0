import { describe, expect, it } from 'vitest';
import type { AttemptId } from '../../../src/domain/ids.ts';
import type { AriChannelEvent } from '../../../src/telephony/asterisk/ari-message.ts';
import type { AriRequest } from '../../../src/telephony/asterisk/ari-request.ts';
import type { Recordings } from '../../../src/telephony/asterisk/recordings.ts';
import { createRecordings } from '../../../src/telephony/asterisk/recordings.ts';
import { createSnoopArrivals } from '../../../src/telephony/asterisk/snoop-arrivals.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const leg = 'att_01m7y1qb9ycs5r65ms2g4fy4nc' as AttemptId;
const snoop = `${leg}-message`;
const message = {
  recordingId: 'message',
  side: 'phone',
  maxDurationMs: 60_000,
  maxSilenceMs: 4_000,
} as const;
const told = (type: 'StasisStart' | 'StasisEnd' | 'ChannelDestroyed', channelId = snoop): AriChannelEvent =>
  ({ type, channelId, timestamp: '' }) as AriChannelEvent;

interface LateAsterisk extends Recordings {
  asked: string[];
  failed: string[];
  clock: VirtualClock;
  tell(event: AriChannelEvent): void;
  abandon(): void;
}

/** An Asterisk that replies to the request for a snoop channel before the channel is there, as the real one does now and then. */
function asteriskThatIsLate(): LateAsterisk {
  const clock = new VirtualClock(0);
  const arrivals = createSnoopArrivals(clock);
  const [asked, failed]: [string[], string[]] = [[], []];
  let isThere = false;
  function ask({ path }: AriRequest): Promise<{ status: number; body: unknown }> {
    asked.push(path.replaceAll(leg, 'leg'));
    const status = path.endsWith('/record') && !isThere ? 409 : 200;
    return Promise.resolve({ status, body: {} });
  }
  const recordings = createRecordings({
    ...{ ask, arrivals, app: 'ivrs', channelOf: (id) => id },
    download: () => Promise.resolve(null),
    mark(_leg, input) {
      if (input.input === 'recording_failed') failed.push(input.problem);
    },
  });
  function tell(event: AriChannelEvent): void {
    if (event.channelId === snoop) isThere = event.type === 'StasisStart';
    arrivals.onEvent(event);
  }
  return { ...recordings, asked, failed, clock, tell, abandon: () => arrivals.abandon() };
}

describe('a recording', () => {
  it('is asked for once the channel that makes it has come, though Asterisk replied before', async () => {
    const asterisk = asteriskThatIsLate();
    const recording = asterisk.record(leg, message);
    await asterisk.clock.advanceBy(0);
    asterisk.tell(told('StasisStart', `${leg}-other`));
    await asterisk.clock.advanceBy(0);
    expect(asterisk.asked).toEqual(['channels/leg/snoop/leg-message']);
    asterisk.tell(told('StasisStart'));
    expect(await recording).toBe('done');
    expect(asterisk.asked).toEqual(['channels/leg/snoop/leg-message', 'channels/leg-message/record']);
    expect(asterisk.failed).toEqual([]);
  });

  it('does not wait where the channel came before the reply', async () => {
    const asterisk = asteriskThatIsLate();
    const recording = asterisk.record(leg, message);
    asterisk.tell(told('StasisStart'));
    expect(await recording).toBe('done');
    expect(asterisk.failed).toEqual([]);
  });

  const ends: [string, (asterisk: LateAsterisk) => unknown][] = [
    ['is gone', (asterisk) => asterisk.tell(told('ChannelDestroyed'))],
    ['has left again', (asterisk) => asterisk.tell(told('StasisEnd'))],
    ['is not told of, since the connection is lost', (asterisk) => asterisk.abandon()],
    ['is not told of within two seconds', (asterisk) => asterisk.clock.advanceBy(2_000)],
  ];
  it.each(ends)('comes to what Asterisk says where its channel %s', async (_, end) => {
    const asterisk = asteriskThatIsLate();
    const recording = asterisk.record(leg, message);
    await asterisk.clock.advanceBy(0);
    await end(asterisk);
    expect(await recording).toBe('done');
    expect(asterisk.failed).toEqual(['Asterisk refused to record: status 409']);
    expect(asterisk.clock.pendingTimers).toBe(0);
  });
});
