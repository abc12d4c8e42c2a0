import { assert } from '../../lib/assert.ts';
import type { Log } from '../../lib/log.ts';
import type { LegId, PromptRequest, PromptSound } from '../telephony.ts';
import type { AriReply, AriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import { adoptedLeg, playbackIdOf, playbacksOf } from './leg.ts';
import type { LegRegistry } from './leg-registry.ts';
import { recordingName } from './recording-name.ts';

/** What is spoken to legs: one playback each, of sounds and the silence after them. How it ends is told at `advance-prompt.ts`. */
export interface Prompts {
  say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'>;
  stop(leg: LegId, promptId: string): Promise<'done' | 'gone'>;
  stopPlayback(playbackId: string): Promise<'done' | 'gone'>;
  /** Stops whatever may be playing to it, be it only the silence after a prompt: a channel joins a bridge when that is over. */
  silence(leg: LegId): Promise<void>;
}

export interface PromptsOptions {
  ask: (request: AriRequest) => Promise<AriReply>;
  doneOrGone: (request: AriRequest) => Promise<'done' | 'gone'>;
  legs: LegRegistry;
  log: Log;
  soundsRoot: string;
  silenceSounds: (durationMs: number) => readonly string[];
  channelOf: (leg: LegId) => string;
  hasEnded: (leg: LegId) => boolean;
}

export function createPrompts(options: PromptsOptions): Prompts {
  const { ask, legs, log } = options;

  async function say(id: LegId, { promptId, sounds, silenceMs }: PromptRequest): Promise<'done' | 'gone'> {
    const silences = silenceMs > 0 ? options.silenceSounds(silenceMs) : [];
    assert(sounds.length + silences.length > 0, 'a prompt has a sound or a silence');
    const before = legs.get(id);
    if (before === null) {
      if (options.hasEnded(id)) return 'gone';
      legs.add(id, adoptedLeg(id), null);
    }
    // the socket keeps the order: what still runs, if only its silence, is stopped before the new prompt is queued
    for (const playbackId of playbacksOf(before ?? adoptedLeg(id)))
      stopPlayback(playbackId).catch(() => undefined);
    legs.apply(id, { input: 'say', promptId, sounds: sounds.length });
    const { status } = await ask(playRequest(id, [...sounds, ...silences]));
    if (status < 300) return 'done';
    if (status === 404 && before === null) legs.forget(id);
    if (status === 404 || status === 409 || status === 412) return 'gone';
    log.error({ leg: id, status }, 'Asterisk refused to play a prompt.');
    legs.apply(id, { input: 'failure_confirmed', promptId });
    return 'done';
  }

  function playRequest(id: LegId, sounds: readonly PromptSound[]): AriRequest {
    const leg = legs.get(id) ?? adoptedLeg(id);
    const channelId = options.channelOf(id);
    const media = sounds.map((sound) =>
      typeof sound === 'string'
        ? `sound:${options.soundsRoot}/${sound}`
        : `recording:${recordingName(id, sound.recordingId)}`,
    );
    return ariRequests.play({ channelId, playbackId: playbackIdOf(leg, leg.lastVoice), media });
  }

  async function stop(id: LegId, promptId: string): Promise<'done' | 'gone'> {
    if (options.hasEnded(id)) return 'gone';
    const leg = legs.get(id) ?? adoptedLeg(id);
    if (leg.prompt?.promptId !== promptId && !leg.voicesUnknown) return 'gone';
    legs.apply(id, { input: 'silence' });
    const results = await Promise.all(playbacksOf(leg).map(stopPlayback));
    return results.includes('done') ? 'done' : 'gone';
  }

  async function silence(id: LegId): Promise<void> {
    const leg = legs.get(id) ?? adoptedLeg(id);
    legs.apply(id, { input: 'silence' });
    await Promise.all(playbacksOf(leg).map(stopPlayback));
  }

  function stopPlayback(playbackId: string): Promise<'done' | 'gone'> {
    return options.doneOrGone(ariRequests.stopPlayback(playbackId));
  }

  return { say, stop, stopPlayback, silence };
}
