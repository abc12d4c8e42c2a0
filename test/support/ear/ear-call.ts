import type { Socket } from 'node:dgram';
import type { Codec } from '../../../src/domain/calls/trunk.ts';
import type { Key } from '../../../src/domain/flows/keys.ts';
import { heardStream, isSilent, parseRtp, type HeardStream, type RtpPacket } from './rtp-stream.ts';

export interface EarCallOptions {
  rtp: Socket;
  codec: Codec;
  /** Payload types: of the sound, and of keys. */
  type: number;
  keyType: number;
  /** What the call was answered with. */
  sdp: string;
  /** Where the other side wants its sound. */
  to: { address: string; port: number };
}

const keyNames = '0123456789*#';
/** A key is told in packets every 20 ms while it is down, and its end three times (RFC 4733, 2.5.1.4). */
const packetMs = 20;
const pressPackets = 5;
const endPackets = 3;
/** An asking ends with so much silence, as for every handset. */
const askingSilenceMs = 1_200;

/** One call that a handset on the wire answered. Times are those of `performance.now()`. */
export class EarCall {
  readonly codec: Codec;
  readonly sdp: string;
  answeredAt = NaN;
  readonly #options: EarCallOptions;
  readonly #packets: RtpPacket[] = [];
  readonly #ended = Promise.withResolvers<undefined>();
  #listeners = new Set<(packet: RtpPacket) => void>();
  #sequence = 1;

  constructor(options: EarCallOptions) {
    this.#options = options;
    this.codec = options.codec;
    this.sdp = options.sdp;
    options.rtp.on('message', (bytes) => {
      const packet = parseRtp(bytes, { type: options.type, arrivedAt: performance.now() });
      if (packet === null) return;
      this.#packets.push(packet);
      for (const listener of this.#listeners) listener(packet);
    });
  }

  answered(): void {
    this.answeredAt = performance.now();
  }

  /** The other side has hung up. */
  end(): void {
    this.#ended.resolve(undefined);
    this.close();
  }

  close(): void {
    this.#options.rtp.removeAllListeners('message');
    try {
      this.#options.rtp.close();
    } catch {
      // it was closed when the call ended
    }
  }

  /** All of what was heard, once the call is over. */
  async heard(): Promise<HeardStream> {
    await this.#ended.promise;
    return heardStream(this.#packets);
  }

  /** When the first packet came from now on that has something to be heard in it. */
  async sound(): Promise<number> {
    return (await this.#first((packet) => !isSilent(packet.payload, this.codec))).arrivedAt;
  }

  /** Speech, and then so much silence that it is the other's turn. */
  async asking(): Promise<void> {
    await this.sound();
    let quietBytes = 0;
    await this.#first((packet) => {
      quietBytes = isSilent(packet.payload, this.codec) ? quietBytes + packet.payload.length : 0;
      return quietBytes >= 8 * askingSilenceMs;
    });
  }

  /** Resolves when the key is released, with that instant: it counts from then on. */
  async press(key: Key): Promise<number> {
    const { rtp, to, keyType } = this.#options;
    const timestamp = this.#sequence * 160;
    let releasedAt = NaN;
    for (let count = 1; count <= pressPackets + endPackets; count += 1) {
      const isEnd = count > pressPackets;
      const packet = Buffer.alloc(16);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8((count === 1 ? 0x80 : 0) | keyType, 1);
      packet.writeUInt16BE((this.#sequence += 1), 2);
      packet.writeUInt32BE(timestamp, 4);
      packet.writeUInt32BE(0x0ea0ea0e, 8);
      packet.writeUInt8(keyNames.indexOf(key), 12);
      packet.writeUInt8((isEnd ? 0x80 : 0) | 10, 13);
      packet.writeUInt16BE(160 * Math.min(count, pressPackets), 14);
      if (count === pressPackets + 1) releasedAt = performance.now();
      rtp.send(packet, to.port, to.address);
      if (!isEnd) await after(packetMs);
    }
    return releasedAt;
  }

  async #first(fits: (packet: RtpPacket) => boolean): Promise<RtpPacket> {
    const found = Promise.withResolvers<RtpPacket>();
    const listener = (packet: RtpPacket): void => {
      if (fits(packet)) found.resolve(packet);
    };
    this.#listeners.add(listener);
    const ended = this.#ended.promise.then(() => {
      throw new Error('the call ended while something was listened for');
    });
    try {
      return await Promise.race([found.promise, ended]);
    } finally {
      this.#listeners.delete(listener);
    }
  }
}

export function after(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
