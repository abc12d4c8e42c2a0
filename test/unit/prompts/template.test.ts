import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate } from '../../../src/domain/prompts/template.ts';

const nothing = (): null => null;

describe('a template that is filled in', () => {
  it.each([
    ['has its values', 'Hello {{name}}, {{ age }}!', 'Hello Asha, 12!'],
    ['leaves no gap for what is unknown', 'Hello {{other}} there', 'Hello there'],
    ['has no gap of a value either', 'Say {{gap}} now', 'Say a b now'],
    ['is as it was where there is nothing to fill in', 'For yes, press 1.', 'For yes, press 1.'],
    ['is nothing where nothing is known', ' {{other}}\n', ''],
  ])('%s', (_, template, filled) => {
    const values: Record<string, string | number> = { name: 'Asha', age: 12, gap: ' a\t b ' };
    expect(fillTemplate(template, (name) => values[name] ?? null)).toBe(filled);
  });

  it('has single blanks between its words, whatever was between them', () => {
    const piece = fc.constantFrom(
      'a',
      'आशा',
      '1',
      ' ',
      '  ',
      '\n',
      '\t',
      '\r\n',
      '\u00a0',
      '\u3000',
      '\ufeff',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          expect(fillTemplate(text, nothing)).toBe(text.split(/\s+/).filter(Boolean).join(' '));
        },
      ),
    );
  });
});
