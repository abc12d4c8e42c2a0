import { describe, expect, it } from 'vitest';
import { SimulatedCalls } from '../../../bench/simulated-calls.ts';
import { SimulatedReceiver } from '../../../bench/simulated-receiver.ts';
import { simulatorRow } from '../../../bench/targets.ts';
import { withTargetRow } from '../../../bench/with-target-row.ts';
import type { WebhookMessage } from '../../../src/webhooks/webhook-sender.ts';

describe('the row of the simulator', () => {
  it.each([
    ['is met by 1,000 calls a second', { calls: 3_000, perSecond: 1_000 }, true],
    ['is missed by fewer', { calls: 3_000, perSecond: 999 }, false],
    ['is not met by rounds too short to tell', { calls: 100, perSecond: 2_000 }, false],
  ])('%s', (_, { calls, perSecond }, met) => {
    const load = { calls, perSecond: 50 };
    expect(simulatorRow({ load, warmUp: load, rounds: [], perSecond, cpuMs: 1 })).toMatchObject({ met });
  });
});

describe('a row that comes to the table of targets', () => {
  const row = { what: 'calls', target: '≥ 1', measured: '2', met: true };
  const table = '| --- | --- | --- | --- |\n| ✗ | memory | ≤ 1 MB | 2 MB |\n';
  const document = `# Performance\n\n| a |\n|---|\n\n## Against the targets\n\n|  | what | target | measured |\n${table}\n## More\n`;

  it('is the last one where there was none about the same', () => {
    const added = document.replace(table, `${table}| ✓ | calls | ≥ 1 | 2 |\n`);
    expect(withTargetRow(document, row)).toBe(added);
  });

  it('takes the place of the one about the same', () => {
    const before = withTargetRow(document, { ...row, measured: '0', met: false });
    expect(before).toContain('| ✗ | calls | ≥ 1 | 0 |');
    expect(withTargetRow(before, row)).toBe(withTargetRow(document, row));
  });

  it('changes nothing where there is no table', () => {
    expect(withTargetRow('# Performance\n', row)).toBe('# Performance\n');
  });
});

it('runs simulated calls from their acceptance to the last webhook, and leaves nothing behind', async () => {
  const world = new SimulatedCalls({ calls: 60, perSecond: 50 });
  await world.start();
  await world.make();
  await world.end();
});

describe('the receiver of simulated calls', () => {
  const types = ['call.queued', 'call.ended'];
  const bodyOf = (type: string, sequence: number, outcome: string | null): string =>
    JSON.stringify({ type, sequence, data: { call: { id: 'call_1', outcome } } });
  const queued = bodyOf('call.queued', 1, null);
  const ended = bodyOf('call.ended', 2, 'completed');

  async function received(...bodies: string[]): Promise<SimulatedReceiver> {
    const receiver = new SimulatedReceiver({ now: () => 1_800_000_000_000 });
    for (const [index, body] of bodies.entries()) await receiver.send(messageOf(receiver, { index, body }));
    return receiver;
  }

  function messageOf(
    { address: { url, secrets } }: SimulatedReceiver,
    { index, body }: { index: number; body: string },
  ): WebhookMessage {
    return { url, secrets, event: { id: `evt_${index}`, body } };
  }

  it('is content with every event in order', async () => {
    const receiver = await received(queued, ended);
    expect(() => receiver.check({ calls: 1, types })).not.toThrow();
  });

  it.each([
    ['one is missing', [ended]],
    ['they come in another order', [ended, queued]],
    ['one comes twice', [queued, ended, ended]],
    ['the call failed', [queued, bodyOf('call.ended', 2, 'no_answer')]],
    ['nothing came', []],
  ])('complains where %s', async (_, bodies) => {
    const receiver = await received(...bodies);
    expect(() => receiver.check({ calls: 1, types })).toThrow();
  });

  it('complains of a signature with another secret', async () => {
    const receiver = await received(queued);
    const secrets = [`whsec_${Buffer.alloc(32).toString('base64')}`];
    await receiver.send({ ...messageOf(receiver, { index: 1, body: ended }), secrets });
    expect(() => receiver.check({ calls: 1, types })).toThrow('a webhook is signed wrongly');
  });
});
