/** Words and signs of an expression. Strings stand in single quotes; a quote within is doubled. */
export type Token =
  | { kind: 'number'; value: number; at: number }
  | { kind: 'string'; value: string; at: number }
  | { kind: 'name'; name: string; at: number }
  | { kind: 'sign'; sign: string; at: number };

const forms = [
  { kind: 'space', form: /\s+/y },
  { kind: 'number', form: /\d{1,15}(?:\.\d{1,6})?/y },
  { kind: 'string', form: /'(?:[^']|'')*'/y },
  // A hyphen belongs to a name (ids may have one), so subtraction needs a space before it.
  { kind: 'name', form: /[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*/y },
  { kind: 'sign', form: /!=|<=|>=|[=<>+\-*/(),]/y },
] as const;

/** The tokens, or where the text cannot be read. */
export function readTokens(text: string): Token[] | { at: number } {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const found = longestAt(text, at);
    if (found === null) return { at };
    const token = tokenOf(found.kind, found.text, at);
    if (token !== null) tokens.push(token);
    at += found.text.length;
  }
  return tokens;
}

function longestAt(text: string, at: number) {
  for (const { kind, form } of forms) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  return null;
}

function tokenOf(kind: (typeof forms)[number]['kind'], text: string, at: number): Token | null {
  switch (kind) {
    case 'space':
      return null;
    case 'number':
      return { kind, value: Number(text), at };
    case 'string':
      return { kind, value: text.slice(1, -1).replaceAll("''", "'"), at };
    case 'name':
      return { kind, name: text, at };
    case 'sign':
      return { kind, sign: text, at };
  }
}
