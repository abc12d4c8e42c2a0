import type { Dispatcher } from 'undici';
import { z } from 'zod';

import type { Clock } from '../lib/clock.ts';
import { fetchBounded, type BoundedRequest } from './fetch-bounded.ts';
import { faultOfReply } from './service-fault.ts';
import { SpeechFault } from './speech-fault.ts';
import { splitText } from './split-text.ts';
import type { Synthesiser } from './synthesiser.ts';
import type { TakeTurn } from './take-turns.ts';
import { readWav, writeWav, type Samples } from './wav.ts';

export interface BhashiniOptions {
  /** Of the pipeline search. */
  url: string;
  userId: string;
  apiKey: string;
  pipelineId: string;
  gender: 'female' | 'male';
  dispatcher: Dispatcher;
  takeTurn: TakeTurn;
  clock: Clock;
  /** For one request. */
  timeLimitMs?: number;
}

/** Which service speaks a language, and how it is asked. */
interface Service {
  serviceId: string;
  url: string;
  header: { name: string; value: string };
  foundAt: number;
}

/** The languages of Bhashini's speech services, as of 2026. Which service speaks one is searched for when it is needed. */
const tags = new Set('as bn brx doi en gu hi kn ks ml mni mr ne or pa raj sa ta te ur'.split(' '));
/** Services change, and their keys do. */
const serviceKeptMs = 12 * 3_600_000;
const longestText = 500;
/** A minute of speech of 16 bits at 48 kHz, in base64. */
const maxSoundBytes = 8 * 1024 * 1024;
const maxSearchBytes = 1024 * 1024;

const searchReply = z.object({
  pipelineResponseConfig: z.array(
    z.object({ taskType: z.string(), config: z.array(z.object({ serviceId: z.string().min(1) })) }),
  ),
  pipelineInferenceAPIEndPoint: z.object({
    callbackUrl: z.url(),
    inferenceApiKey: z.object({
      name: z.string().regex(/^[A-Za-z0-9-]+$/),
      value: z.string().regex(/^[\x21-\x7e]+$/),
    }),
  }),
});

const speechReply = z.object({
  pipelineResponse: z
    .array(z.object({ audio: z.array(z.object({ audioContent: z.string().min(1) })).min(1) }))
    .min(1),
});

/**
 * Bhashini, the language services of the Government of India. Two requests: which service speaks the language, with the key for it, which
 * is kept; then the speech itself. Resolves WAV.
 */
export function createBhashiniSynthesiser(options: BhashiniOptions): Synthesiser {
  const services = new Map<string, Service>();

  async function ask(
    request: Omit<BoundedRequest, 'method' | 'timeLimitMs'>,
    signal?: AbortSignal,
  ): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...request.headers };
    const timeLimitMs = options.timeLimitMs ?? 15_000;
    const reply = await options.takeTurn(
      () => fetchBounded(options.dispatcher, { ...request, headers, method: 'POST', timeLimitMs }, signal),
      signal,
    );
    const fault = faultOfReply(reply, { service: 'bhashini', isWanted: (type) => type.includes('json') });
    if (fault !== null) throw fault;
    return reply.result === 'answered' ? parsedJson(reply.body) : null;
  }

  async function serviceFor(tag: string, signal?: AbortSignal): Promise<Service> {
    const kept = services.get(tag);
    if (kept !== undefined && options.clock.now() - kept.foundAt < serviceKeptMs) return kept;
    const headers = { userID: options.userId, ulcaApiKey: options.apiKey };
    const body = JSON.stringify({
      pipelineTasks: [{ taskType: 'tts', config: { language: { sourceLanguage: tag } } }],
      pipelineRequestConfig: { pipelineId: options.pipelineId },
    });
    const reply = await ask({ url: options.url, headers, body, maxBodyBytes: maxSearchBytes }, signal);
    const found = serviceIn(reply, { tag, searchUrl: options.url, now: options.clock.now() });
    services.set(tag, found);
    return found;
  }

  async function speakPiece(source: string, tag: string, signal?: AbortSignal): Promise<Samples> {
    const { serviceId, url, header } = await serviceFor(tag, signal);
    const config = {
      language: { sourceLanguage: tag },
      serviceId,
      gender: options.gender,
      samplingRate: 8000,
    };
    const body = JSON.stringify({
      pipelineTasks: [{ taskType: 'tts', config }],
      inputData: { input: [{ source }] },
    });
    const request = { url, headers: { [header.name]: header.value }, body, maxBodyBytes: maxSoundBytes };
    try {
      return soundIn(await ask(request, signal));
    } catch (error) {
      services.delete(tag); // its key may have run out: look for it anew the next time
      throw error;
    }
  }

  return {
    name: 'bhashini',
    isAvailable: true,
    voiceOf(language) {
      const tag = bhashiniTag(language);
      return tag === null ? null : `bhashini 1 ${tag} ${options.gender}`;
    },
    async speak({ text, language }, signal) {
      const tag = bhashiniTag(language);
      if (tag === null) throw new SpeechFault('language_not_spoken', `bhashini has no voice for ${language}`);
      const pieces: Samples[] = [];
      for (const piece of splitText(text, longestText)) pieces.push(await speakPiece(piece, tag, signal));
      return writeWav(joined(pieces));
    },
  };
}

export function bhashiniTag(language: string): string | null {
  const [base = ''] = language.toLowerCase().split('-');
  return tags.has(base) ? base : null;
}

function serviceIn(reply: unknown, search: { tag: string; searchUrl: string; now: number }): Service {
  const parsed = searchReply.safeParse(reply);
  if (!parsed.success) throw strange('the reply to its search is not as documented');
  const { pipelineResponseConfig, pipelineInferenceAPIEndPoint: endpoint } = parsed.data;
  const serviceId = pipelineResponseConfig.find(({ taskType }) => taskType === 'tts')?.config[0]?.serviceId;
  if (serviceId === undefined)
    throw new SpeechFault('text_refused', `bhashini has no service that speaks ${search.tag}`);
  // What is spoken must not leave in clear because a reply says so.
  if (!endpoint.callbackUrl.startsWith('https://') && search.searchUrl.startsWith('https://'))
    throw strange('the address that its search gave is not https');
  return { serviceId, url: endpoint.callbackUrl, header: endpoint.inferenceApiKey, foundAt: search.now };
}

function soundIn(reply: unknown): Samples {
  const parsed = speechReply.safeParse(reply);
  const content = parsed.data?.pipelineResponse[0]?.audio[0]?.audioContent ?? '';
  const sound = readWav(Buffer.from(content, 'base64'));
  if (sound === null || sound.samples.length === 0) throw strange('its reply has no sound');
  return sound;
}

function joined(pieces: readonly Samples[]): Samples {
  const [first] = pieces;
  if (pieces.some(({ rateHz }) => rateHz !== first?.rateHz)) throw strange('its sounds have several rates');
  return {
    samples: Int16Array.from(pieces.flatMap(({ samples }) => [...samples])),
    rateHz: first?.rateHz ?? 0,
  };
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw strange('its reply is not JSON');
  }
}

function strange(what: string): SpeechFault {
  return new SpeechFault('synthesiser_failed', `bhashini cannot be understood: ${what}`);
}
