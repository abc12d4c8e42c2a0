import { speakBuiltIn } from '../prompts/speak-built-in.ts';
import { speak, type Voice } from '../prompts/speak.ts';
import type { SpokenPart } from '../prompts/spoken-part.ts';
import type { Key } from './flow-definition.ts';
import { voiceOf } from './flow-values.ts';
import { listen, report, reportKey, say, type Turn } from './turn.ts';

/**
 * The opt-out key works in every step. It is confirmed once by the same key again; silence and any other key mean no, and the step
 * is said anew. Keys from before the question never confirm it.
 */
export function beginOptOut(turn: Turn): void {
  const { session, flow } = turn;
  session.ahead = [];
  const parts = optOutQuestion(flow.definition.keys?.opt_out, voiceOf(flow, session));
  const limitMs = flow.defaults.firstKeyTimeoutMs;
  const purpose = 'confirm_opt_out';
  if (!say(turn, { parts, purpose, waitMs: limitMs })) listen(turn, { limitMs, mostMs: limitMs, purpose });
}

/** `confirmed`: the opt-out is reported and the goodbye begun. */
export function takeOptOutKey(turn: Turn, key: Key): 'confirmed' | 'declined' {
  const { session, flow } = turn;
  if (key !== flow.definition.keys?.opt_out) {
    reportKey(turn, key, 'taken');
    return 'declined';
  }
  reportKey(turn, key, 'opt_out');
  report(turn, { type: 'opted_out', at: turn.at });
  session.ending = 'opted_out';
  say(turn, { parts: goodbye(voiceOf(flow, session)), purpose: 'goodbye', waitMs: 0 });
  return 'confirmed';
}

/** Everything that is said about opting out; nothing in a flow without a key for it. */
export function optOutWords(key: Key | undefined, voice: Voice): SpokenPart[] {
  return key === undefined ? [] : [...optOutQuestion(key, voice), ...goodbye(voice)];
}

function optOutQuestion(key: Key | undefined, voice: Voice): SpokenPart[] {
  return key === undefined ? [] : speakBuiltIn(voice, { say: 'system.opt_out_confirm', key });
}

function goodbye(voice: Voice): SpokenPart[] {
  return [...speak('system.opt_out_done', voice), ...speak('system.goodbye', voice)];
}
