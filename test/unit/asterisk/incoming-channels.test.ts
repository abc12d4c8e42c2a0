import { describe, expect, it } from 'vitest';
import { isId } from '../../../src/domain/ids.ts';
import { createIncomingChannels, legIdOfChannel } from '../../../src/telephony/asterisk/incoming-channels.ts';

describe('the id of the leg of somebody who calls', () => {
  it('follows from what Asterisk calls the channel, and is an id like any other', () => {
    const leg = legIdOfChannel('gw-a-1795225923.17');
    expect(isId('att', leg)).toBe(true);
    expect(legIdOfChannel('gw-a-1795225923.17')).toBe(leg);
  });

  it('sorts by the time of the call, and is another for another Asterisk', () => {
    const early = legIdOfChannel('gw-a-1795225923.17');
    expect(legIdOfChannel('gw-a-1795225924.1') > early).toBe(true);
    expect(legIdOfChannel('gw-b-1795225923.17')).not.toBe(early);
  });

  it('leads to the channel and back until it is removed; a leg that we dialled is its own channel', () => {
    const channels = createIncomingChannels();
    const leg = channels.add('gw-a-1795225923.17');
    expect([channels.channelOf(leg), channels.legOf('gw-a-1795225923.17')]).toEqual([
      'gw-a-1795225923.17',
      leg,
    ]);
    channels.remove(leg);
    expect([channels.channelOf(leg), channels.legOf('gw-a-1795225923.17')]).toEqual([leg, null]);
  });
});
