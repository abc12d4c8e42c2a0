import type { AriChannelEvent } from './ari-message.ts';
import type { Leg, LegAction, LegPrompt, LegStep } from './leg.ts';
import { playbackIdOf } from './leg.ts';

/**
 * How the prompt of a leg moves: sounds, then silence, in one playback.
 *
 * - A playback's events count only after its own PlaybackStarted: ids are used again, and the end of an earlier prompt may come late, but
 *   always before the start of the next.
 * - The prompt has ended with the transition from its last sound to the silence, or with the playback where there is no silence.
 *   Silence alone never «ends».
 * - A missing file that is not the last one gives no failure in ARI, only a sound that was over at once; so it is noticed.
 * - «failed» means a missing file or a hang-up; which, only the next moment tells.
 */
type PlaybackEvent = Extract<AriChannelEvent, { playbackId: string }>;

/** A sound has at least one frame of 20 ms; a missing one is over within a millisecond (measured). */
const shortestSoundMs = 10;

export function advancePrompt(leg: Leg, event: PlaybackEvent): LegStep {
  const { prompt } = leg;
  if (prompt === null || event.playbackId !== playbackIdOf(leg, prompt.voice)) return { leg, actions: [] };
  if (event.type === 'PlaybackStarted')
    return { leg: { ...leg, prompt: { ...prompt, startedAt: Date.parse(event.timestamp) } }, actions: [] };
  if (prompt.startedAt === null) return { leg, actions: [] };
  if (event.type !== 'PlaybackFinished') return onSoundOver(leg, { ...prompt, over: prompt.over + 1 }, event);
  if (event.failed && !prompt.told)
    return { leg, actions: [{ do: 'await_failure', promptId: prompt.promptId }] };
  return { leg: { ...leg, prompt: null }, actions: prompt.told ? [] : [tellEnd(prompt)] };
}

function onSoundOver(leg: Leg, prompt: LegPrompt, { timestamp, mediaUri }: PlaybackEvent): LegStep {
  const lastedMs = Date.parse(timestamp) - (prompt.startedAt ?? 0);
  if (!prompt.told && lastedMs < shortestSoundMs)
    return failPrompt(leg, prompt, `Asterisk has no ${mediaUri}`);
  const ends = !prompt.told && prompt.over === prompt.sounds;
  return {
    leg: { ...leg, prompt: { ...prompt, told: prompt.told || ends } },
    actions: ends ? [tellEnd(prompt)] : [],
  };
}

/**
 * From here on what was playing says nothing any more. The caller stops `playbacksOf` the leg as it was before: that it learns whether
 * they were there.
 */
export function silencePrompt(leg: Leg): Leg {
  return { ...leg, prompt: null, voicesUnknown: false };
}

/** @param sounds how many there are before the silence */
export function replacePrompt(leg: Leg, { promptId, sounds }: { promptId: string; sounds: number }): Leg {
  const voice = leg.lastVoice === 'a' ? 'b' : 'a';
  const prompt: LegPrompt = { promptId, voice, sounds, over: 0, startedAt: null, told: sounds === 0 };
  return { ...silencePrompt(leg), prompt, lastVoice: voice };
}

export function failPrompt(leg: Leg, prompt: LegPrompt, reason: string): LegStep {
  return {
    leg: { ...leg, prompt: null },
    actions: [
      { do: 'stop_playback', playbackId: playbackIdOf(leg, prompt.voice) },
      { do: 'tell', fact: { type: 'prompt_failed', promptId: prompt.promptId, reason } },
    ],
  };
}

function tellEnd({ promptId }: LegPrompt): LegAction {
  return { do: 'tell', fact: { type: 'prompt_ended', promptId } };
}
