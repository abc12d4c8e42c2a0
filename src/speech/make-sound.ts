import { createHash } from 'node:crypto';

import type { SoundPart } from '../domain/prompts/spoken-part.ts';
import { beepSamples } from './beep.ts';
import { encodeSound, rateOf, type Codec } from './codec.ts';
import { musicSamples } from './hold-music.ts';
import { longestPauseMs, padMs, peakDbfs, speechLevelDbfs } from './shape-speech.ts';
import { silenceBytes } from './silence.ts';
import type { SoundShaper } from './sound-shaper.ts';
import { SpeechFault } from './speech-fault.ts';
import type { Synthesiser, VoiceName } from './synthesiser.ts';
import type { Transcode } from './transcode.ts';
import { readWav, type Samples } from './wav.ts';

/** What is made here; a recording was made by whoever uploaded it. */
export type SynthesisedPart = Exclude<SoundPart, { kind: 'recording' }>;

export interface SoundMakers {
  /** Best first; the last is always there. */
  voices: readonly Synthesiser[];
  /** At the codec's rate. */
  transcode: Transcode;
  /** Name or path of ffmpeg. */
  program: string;
  shaper: Pick<SoundShaper, 'shape'>;
  codec: Codec;
}

/** One way in which a part may become sound. */
export interface Candidate {
  voice: VoiceName | 'pause';
  /** Of everything that makes the sound: two parts with one hash sound the same, in whichever process they are made. */
  hash: string;
  /** False while it is not worth asking for. */
  isAvailable: boolean;
  /** @throws SpeechFault */
  make(signal: AbortSignal): Promise<Uint8Array>;
}

/** To be raised whenever the same text would come out as another sound for a reason that the hash does not name. */
const pipelineVersion = 2;
/** What stands for a text without any letter or digit, like a full stop between two numbers. */
const punctuationMs = 200;

/**
 * The ways in which a part may become sound, best first.
 *
 * @throws SpeechFault `language_not_spoken` when there is none
 */
export function candidatesFor(part: SynthesisedPart, makers: SoundMakers): Candidate[] {
  if (part.kind === 'pause') return [pauseCandidate(part.durationMs, makers.codec)];
  if (part.kind === 'beep') return [beepCandidate(makers)];
  if (part.kind === 'music') return [musicCandidate(makers)];
  if (!/[\p{L}\p{N}\p{S}]/u.test(part.text)) return [pauseCandidate(punctuationMs, makers.codec)];
  const { language, text } = part;
  const candidates = makers.voices.flatMap((voice) => {
    const identity = voice.voiceOf(language);
    if (identity === null) return [];
    const hash = hashOf([makers.codec, 'text', identity, language, text]);
    const make = (signal: AbortSignal): Promise<Uint8Array> =>
      speak({ text, language }, voice, makers, signal);
    return [{ voice: voice.name, hash, isAvailable: voice.isAvailable, make }];
  });
  if (candidates.length === 0) throw notSpoken(language, makers.voices);
  return candidates;
}

function pauseCandidate(durationMs: number, codec: Codec): Candidate {
  const make = (): Promise<Uint8Array> => Promise.resolve(silenceBytes(durationMs, codec));
  return { voice: 'pause', hash: hashOf([codec, 'pause', durationMs]), isAvailable: true, make };
}

/** Made like a pause: no voice speaks it. */
function beepCandidate({ codec, program }: SoundMakers): Candidate {
  const make = (signal: AbortSignal): Promise<Uint8Array> =>
    encodeSound(beepSamples(rateOf(codec)), { codec, program, signal });
  return { voice: 'pause', hash: hashOf([codec, 'beep']), isAvailable: true, make };
}

function musicCandidate({ codec, program }: SoundMakers): Candidate {
  const make = (signal: AbortSignal): Promise<Uint8Array> =>
    encodeSound(musicSamples(rateOf(codec)), { codec, program, signal });
  return { voice: 'pause', hash: hashOf([codec, 'music']), isAvailable: true, make };
}

function hashOf(identity: (string | number)[]): string {
  const shape = [pipelineVersion, speechLevelDbfs, peakDbfs, padMs, longestPauseMs];
  return createHash('sha256')
    .update(JSON.stringify([...shape, ...identity]))
    .digest('hex')
    .slice(0, 40);
}

async function speak(
  speech: { text: string; language: string },
  voice: Synthesiser,
  makers: SoundMakers,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = await voice.speak(speech, signal);
  const bytes = await makers.shaper.shape(await samplesIn(file, makers, signal), makers.codec);
  if (bytes !== null) return bytes;
  throw new SpeechFault(
    'nothing_audible',
    `${voice.name} made no sound of a text in the language ${speech.language}; is it written in another script?`,
  );
}

/** ffmpeg for whatever is no plain WAV file: as a process of its own it costs four times what eSpeak NG takes to speak. */
async function samplesIn(file: Buffer, makers: SoundMakers, signal: AbortSignal): Promise<Samples> {
  return readWav(file) ?? { samples: await makers.transcode(file, signal), rateHz: rateOf(makers.codec) };
}

function notSpoken(language: string, voices: readonly Synthesiser[]): SpeechFault {
  const names = voices.map(({ name }) => name).join(' nor ');
  return new SpeechFault(
    'language_not_spoken',
    `${names} has no voice for the language ${language}; record its prompts instead`,
  );
}
