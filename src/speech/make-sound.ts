import { createHash } from 'node:crypto';

import type { SpokenPart } from '../domain/prompts/spoken-part.ts';
import { encodeG711 } from './g711.ts';
import type { Codec } from './g711.ts';
import { longestPauseMs, padMs, peakDbfs, shapeSpeech, speechLevelDbfs } from './shape-speech.ts';
import { silenceBytes } from './silence.ts';
import { SpeechFault } from './speech-fault.ts';
import type { Synthesiser } from './synthesiser.ts';
import type { Transcode } from './transcode.ts';

export interface SoundMakers {
  synthesiser: Synthesiser;
  transcode: Transcode;
  codec: Codec;
}

/** To be raised whenever the same text would come out as another sound for a reason that the key below does not name. */
const pipelineVersion = 1;
/** What stands for a text without any letter or digit, like a full stop between two numbers. */
const punctuationMs = 200;

/**
 * Hash of everything that makes the sound of a part: two parts with one hash sound the same, in whichever process they are made.
 *
 * @throws SpeechFault `language_not_spoken`
 */
export function soundHash(part: SpokenPart, makers: SoundMakers): string {
  const shape = [pipelineVersion, makers.codec, speechLevelDbfs, peakDbfs, padMs, longestPauseMs];
  return createHash('sha256')
    .update(JSON.stringify([...shape, ...identityOf(part, makers.synthesiser)]))
    .digest('hex')
    .slice(0, 40);
}

function identityOf(part: SpokenPart, synthesiser: Synthesiser): (string | number)[] {
  switch (part.kind) {
    case 'pause':
      return ['pause', part.durationMs];
    case 'text': {
      const voice = synthesiser.voiceOf(part.language);
      if (voice === null) {
        throw new SpeechFault(
          'language_not_spoken',
          `${synthesiser.name} has no voice for the language ${part.language}; record its prompts instead`,
        );
      }
      return ['text', voice, part.language, part.text];
    }
  }
}

/**
 * Bytes in the codec, at the level and with the pads of every prompt.
 *
 * @throws SpeechFault
 */
export async function makeSound(part: SpokenPart, makers: SoundMakers, signal: AbortSignal): Promise<Buffer> {
  if (part.kind === 'pause') return silenceBytes(part.durationMs, makers.codec);
  if (!/[\p{L}\p{N}\p{S}]/u.test(part.text)) return silenceBytes(punctuationMs, makers.codec);
  const wav = await makers.synthesiser.speak({ text: part.text, language: part.language }, signal);
  const speech = shapeSpeech(await makers.transcode(wav, signal));
  if (speech === null) {
    throw new SpeechFault(
      'nothing_audible',
      `${makers.synthesiser.name} made no sound of a text in the language ${part.language}; is it written in another script?`,
    );
  }
  return encodeG711(speech, makers.codec);
}
