import type { Codec } from '../../../src/domain/calls/trunk.ts';

/** One packet of sound, as it came from the wire. */
export interface RtpPacket {
  sequence: number;
  /** In 1/8000 s, also for G.722 (RFC 3551, 4.5.2); one byte of sound for each. */
  timestamp: number;
  payload: Buffer;
  /** Milliseconds of `performance.now()`. */
  arrivedAt: number;
}

/** Null for what is no RTP of this payload type. */
export function parseRtp(packet: Buffer, wanted: { type: number; arrivedAt: number }): RtpPacket | null {
  if (packet.length < 12 || (packet[0] ?? 0) >> 6 !== 2) return null;
  const [first = 0, second = 0] = packet;
  if ((second & 0x7f) !== wanted.type) return null;
  const extension = (first & 0x10) === 0 ? 0 : 4 + 4 * packet.readUInt16BE(14 + 4 * (first & 15));
  return {
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    payload: packet.subarray(12 + 4 * (first & 15) + extension),
    arrivedAt: wanted.arrivedAt,
  };
}

/** What every codec in use has for silence. */
export const silenceByte: Record<Codec, number> = { alaw: 0xd5, ulaw: 0xff, g722: 0xff };

/**
 * What a phone was sent: the payloads in their order, with the time at which each is to be played. Where the sender was late by more than 80 ms, Asterisk
 * lets the timestamp jump: the listener hears a pause there, and then what comes next, whole.
 */
export interface HeardStream {
  bytes: Buffer;
  /** When this byte is played, in milliseconds from the first. */
  playedAt: (byte: number) => number;
  /** When the packet came that has this byte in it. */
  arrivalOf: (byte: number) => number;
  /** Packets that never came, by their sequence numbers. */
  lost: number;
}

export function heardStream(packets: readonly RtpPacket[]): HeardStream {
  const [first] = packets;
  if (first === undefined)
    return { bytes: Buffer.alloc(0), playedAt: () => NaN, arrivalOf: () => NaN, lost: 0 };
  const numbered = packets.map((packet) => ({
    ...packet,
    number: ((packet.sequence - first.sequence) << 16) >> 16,
    at: (packet.timestamp - first.timestamp) | 0,
  }));
  const ordered = [...new Map(numbered.map((packet) => [packet.number, packet])).values()].toSorted(
    (a, b) => a.number - b.number,
  );
  let length = 0;
  const placed = ordered.map((packet) => {
    const begins = length;
    length += packet.payload.length;
    return { ...packet, begins };
  });
  const packetAt = (byte: number) => placed.findLast(({ begins }) => begins <= byte);
  return {
    bytes: Buffer.concat(placed.map(({ payload }) => payload)),
    playedAt(byte) {
      const packet = packetAt(byte);
      return packet === undefined ? NaN : (packet.at + byte - packet.begins) / 8;
    },
    arrivalOf: (byte) => packetAt(byte)?.arrivedAt ?? NaN,
    lost: (ordered.at(-1)?.number ?? 0) - (ordered[0]?.number ?? 0) + 1 - ordered.length,
  };
}

/** Whether there is nothing to be heard in it. */
export function isSilent(payload: Buffer, codec: Codec): boolean {
  // A-law has two zeros.
  return payload.every((byte) => byte === silenceByte[codec] || (codec === 'alaw' && byte === 0x55));
}
