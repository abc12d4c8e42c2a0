import { expect, it } from 'vitest';
import { useCallLab, usePlacedCalls } from '../../support/running-gateway.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

/** `CALLS=1000` is the target's number. */
const calls = Number(process.env['CALLS'] ?? 40);
const flow = {
  title: 'A code',
  languages: ['en'],
  steps: [{ id: 'code', type: 'digits', say: { text: { en: 'Your code' } }, min: 4, max: 4 }],
};
/** The other digits of a handset's number are star, hash and silence. */
const keysOfHandsets = [0, 1, 2, 3, 4, 5, 6];
const codes = codesOf(calls);
/** They press their keys a quarter of a second apart when the words are over, or one by one, beginning within them. */
const phones = codes.map((code, index) => ({ code, to: `+919000${index % 2 === 0 ? '04' : '02'}${code}` }));

const lab = useCallLab();
const placed = usePlacedCalls(lab, () => phones.map(({ to }) => ({ to, request: { flow } })));

it(
  `${calls} people enter four keys each: every string is exact, and no key is heard that nobody pressed`,
  {
    timeout: 60_000 + calls * 200,
  },
  async () => {
    const { gateway } = lab();
    const heard = new Map<string, string>();
    const entered = new Map<string, unknown>();
    for (const { code, to } of phones) {
      const { id } = placed(to);
      const { responses } = await gateway.ended(id, 60_000 + calls * 200);
      entered.set(code, responses[0]?.value);
      const keys = (await gateway.api.timeline(id)).filter(({ type }) => type === 'key');
      heard.set(code, keys.map(({ key }) => key).join(''));
    }
    const asPressed = new Map(codes.map((code) => [code, code]));
    expect(heard).toEqual(asPressed);
    expect(entered).toEqual(asPressed);
  },
);

/** As many different ones. */
function codesOf(count: number): string[] {
  const random = new SeededRandom(4);
  const found = new Set<string>();
  while (found.size < count)
    found.add(Array.from({ length: 4 }, () => keysOfHandsets[random.integer(0, 6)]).join(''));
  return [...found];
}
