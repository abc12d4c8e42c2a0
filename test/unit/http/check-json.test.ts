import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostFaults } from '../../../src/domain/explain-issues.ts';
import { checkJson, deepestNesting, mostMembers } from '../../../src/http/check-json.ts';

test('passes whatever JSON is made of ordinary text', () => {
  const ordinary = fc.jsonValue({ stringUnit: fc.constantFrom('a', 'ह', '😀', ' ', '\n'), maxDepth: 8 });
  fc.assert(
    fc.property(ordinary, (value) => {
      expect(checkJson(value)).toEqual({ faults: [], tooLarge: false });
    }),
  );
});

test.each([
  ['a scalar', 'a\u0000', [{ pointer: '', detail: 'must not have control characters' }]],
  ['in a list', ['a', ['\udfff']], [{ pointer: '/1/0', detail: 'must not have lone surrogates' }]],
  ['C1 control characters', { a: '\u0085' }, [{ pointer: '/a', detail: 'must not have control characters' }]],
  [
    'a number beyond all',
    JSON.parse('[1e999]'),
    [{ pointer: '/0', detail: 'is a number too large to be kept' }],
  ],
  [
    'a prototype, deep inside',
    JSON.parse('{"metadata":{"__proto__":{"isAdmin":true}}}'),
    [{ pointer: '/metadata/__proto__', detail: 'is not a known field' }],
  ],
  ['a name', { '\ud800': 1 }, [{ pointer: '/\ud800', detail: 'the name must not have lone surrogates' }]],
])('finds what is wrong: %s', (_name, value, faults) => {
  expect(checkJson(value).faults).toEqual(faults);
});

test.each([
  ['in one list', Array.from({ length: mostFaults * 2 }, () => '\u0000')],
  [
    'in many',
    Array.from({ length: mostFaults * 2 }, () => Array.from({ length: mostMembers + 1 }, () => null)),
  ],
])('lists so many faults and no more: %s', (_name, value) => {
  expect(checkJson(value).faults).toHaveLength(mostFaults);
});

function nested(levels: number): unknown {
  let value: unknown = 'core';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

test('allows nesting to the limit and no deeper', () => {
  expect(checkJson(nested(deepestNesting))).toEqual({ faults: [], tooLarge: false });
  expect(checkJson(nested(deepestNesting + 1)).tooLarge).toBe(true);
  expect(checkJson(nested(500_000)).faults).toHaveLength(1);
});

test('looks at every member of a large body once', () => {
  let reads = 0;
  const list = new Proxy(
    Array.from({ length: mostMembers }, () => 'x'),
    {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
        return Reflect.get(target, name, receiver) as unknown;
      },
    },
  );
  checkJson({ list });
  expect(reads).toBe(mostMembers);
});

test('refuses what is wider than any request needs, without looking at its members', () => {
  const wide = (count: number): unknown => ({
    variables: Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, '\u0000'])),
  });
  expect(checkJson(wide(mostMembers + 1))).toEqual({
    faults: [{ pointer: '/variables', detail: `has more than ${mostMembers} members` }],
    tooLarge: true,
  });
  expect(checkJson(wide(mostMembers)).tooLarge).toBe(false);
});
