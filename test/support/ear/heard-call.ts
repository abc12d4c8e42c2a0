import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { labTrunk, type LabTrunk } from '../../../asterisk/lab-trunks.ts';
import type { Codec } from '../../../src/domain/calls/trunk.ts';
import { decodeSound, rateOf } from '../../../src/speech/codec.ts';
import { renditionFiles } from '../sound.ts';
import type { EarCall } from './ear-call.ts';
import type { HeardSound, WantedPart } from './follow-prompt.ts';
import { startEar, type Ear } from './start-ear.ts';

const program = process.env['FFMPEG_BIN'] ?? 'ffmpeg';

/** All that one call sounded like, decoded. */
export interface HeardCall extends HeardSound {
  call: EarCall;
  /** Bytes of the codec, 8 for a millisecond, as they came from the wire. */
  bytes: Buffer;
  /** When the packet came that has this millisecond in it, by `performance.now()`. */
  arrivalOf(ms: number): number;
  /** Packets that never came. */
  lost: number;
}

/** A sound that the gateway has on disk. */
export interface RenderedPart extends WantedPart {
  /** Of the codec: what the very wire must carry. */
  bytes: Buffer;
}

/** An ear for one test file; it ends with the file. */
export async function useEar(): Promise<Ear> {
  const ear = await startEar();
  afterAll(() => ear[Symbol.asyncDispose]());
  return ear;
}

/** The trunk that leads to the ear: `ear-alaw`, `ear-ulaw` or `ear-g722`. For those alone who ask for it by name, where others come before it. */
export function earTrunk(codec: Codec, changes: Partial<LabTrunk> = {}): LabTrunk {
  const name = `ear-${codec}`;
  return { ...labTrunk('carrier-b', { endpoint: `PJSIP/{number}@${name}`, codec, ...changes }), name };
}

/** Waits for the end of the call. */
export async function heardCall(call: EarCall): Promise<HeardCall> {
  const { bytes, arrivalOf, playedAt, lost } = await call.heard();
  return {
    call,
    bytes,
    samples: await decodeSound(bytes, { codec: call.codec, program }),
    rateHz: rateOf(call.codec),
    lost,
    arrivalOf: (ms) => arrivalOf(ms * 8),
    playedAt: (ms) => playedAt(ms * 8),
  };
}

/** What a gateway with this data directory, which speaks by eSpeak NG alone, has rendered of these words. */
export async function renderedParts(
  dataDir: string,
  { codec, texts }: { codec: Codec; texts: readonly string[] },
): Promise<RenderedPart[]> {
  const parts = texts.map((text) => ({ kind: 'text' as const, language: 'hi', text }));
  const files = await renditionFiles(dataDir, { codec, parts });
  return Promise.all(
    files.map(async ({ sound }, index) => {
      const bytes = await readFile(join(dataDir, `${sound}.${codec}`));
      return { name: texts[index] ?? '', bytes, samples: await decodeSound(bytes, { codec, program }) };
    }),
  );
}
