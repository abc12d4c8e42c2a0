import type { StepDraft } from '../import-note.ts';

/** A way from a step to another along which nobody has to press a key. */
interface SilentExit {
  step: StepDraft;
  to: string;
  redirect: () => void;
}

/**
 * Ends ways that lead round in a circle while nobody presses a key, which a flow may not have: over there a wrong answer leads back to its question,
 * here a question asks again by itself. Changes the steps; resolves the ids of those whose way was ended.
 */
export function cutSilentLoops(steps: readonly StepDraft[]): string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const state = new Map<string, 'open' | 'done'>();
  const cut: string[] = [];
  for (const { id } of steps) walk(id);
  return [...new Set(cut)];

  /** Depth first without recursion: a flow has hundreds of steps in a row. */
  function walk(start: string): void {
    if (state.has(start)) return;
    const path = [{ id: start, exits: exitsOf(start) }];
    state.set(start, 'open');
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const exit = top.exits.pop();
      if (exit === undefined) {
        state.set(top.id, 'done');
        path.pop();
      } else if (state.get(exit.to) === 'open') {
        exit.redirect();
        cut.push(exit.step.id);
      } else if (!state.has(exit.to)) {
        state.set(exit.to, 'open');
        path.push({ id: exit.to, exits: exitsOf(exit.to) });
      }
    }
  }

  function exitsOf(id: string): SilentExit[] {
    const step = byId.get(id);
    if (step === undefined) return [];
    const fields = ['choice', 'digits', 'voice_message'].includes(step.type) ? ['give_up'] : ['next', 'else'];
    const along = fields.flatMap((field) => {
      const to = step[field];
      return typeof to === 'string' ? [{ step, to, redirect: () => void (step[field] = 'end') }] : [];
    });
    const when = Array.isArray(step['when']) ? (step['when'] as { if: string; next: string }[]) : [];
    const tested = when.map((each) => ({ step, to: each.next, redirect: () => void (each.next = 'end') }));
    return [...along, ...tested];
  }
}
