import type { FlowValue } from '../flows/flow-session.ts';

/** `{{name}}` in texts and values. Names are those of responses, variables and the score. */
const placeholder = /\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}/g;

/** White space that is not a single blank: most texts have none, and are left as they are. */
const untidyGap = /\s{2,}|[^\S ]/g;

/** The names that a text speaks of, each once. */
export function namesIn(text: string): string[] {
  if (!text.includes('{{')) return [];
  return [...new Set(Array.from(text.matchAll(placeholder), (match) => match[1] ?? ''))];
}

/** Whether every brace pair of the text is a placeholder: `{{ }}` and `{{a b}}` are mistakes. */
export function isTemplate(text: string): boolean {
  return !/\{\{|\}\}/.test(text.replaceAll(placeholder, ''));
}

/** Puts in the values; what is unknown is left out, and no gap stays where it was. */
export function fillTemplate(text: string, valueOf: (name: string) => FlowValue): string {
  const hasNames = text.includes('{{');
  const filled = hasNames
    ? text.replaceAll(placeholder, (_, name: string) => String(valueOf(name) ?? ''))
    : text;
  return filled.replaceAll(untidyGap, ' ').trim();
}

/** A pattern cut at its placeholders, in order. */
export function piecesOf(pattern: string): ({ text: string } | { name: string })[] {
  return pattern
    .split(placeholder)
    .map((piece, index) => (index % 2 === 1 ? { name: piece } : { text: piece.trim() }))
    .filter((piece) => 'name' in piece || piece.text !== '');
}
