import { html, type Html } from '../html.ts';

/** Whether somebody has to do something about it. */
export type Mood = 'good' | 'calm' | 'watch' | 'bad';

const signs: Readonly<Record<Mood, string>> = { good: '✓', calm: '○', watch: '!', bad: '✕' };

/** A state in words; sign and colour say the same once more. */
export function stateMark(mood: Mood, words: string): Html {
  return html`<span class="state ${mood}"
    ><span class="sign" aria-hidden="true">${signs[mood]}</span> ${words}</span
  >`;
}
