import { expect, it } from 'vitest';
import { labTrunk } from '../../../asterisk/lab-trunks.ts';
import { useCallLab } from '../../support/running-gateway.ts';

/** A carrier that says 403 for numbers that it does not know, and wants to be dialled by a template. */
const lab = useCallLab({
  trunks: [
    labTrunk('carrier-a', {
      number_format: { template: '0{national}' },
      verdicts: [{ sip_code: 403, after: 'silence', reason: 'invalid_number' }],
    }),
  ],
});

it("what a trunk's own row says of a code is what a call comes to", async () => {
  const { gateway, invites } = lab();
  const to = '+919000229999';
  const { id } = await gateway.place(to);
  const call = await gateway.ended(id);
  expect(call).toMatchObject({ outcome: 'invalid_number', reached: false });
  expect(call.attempts.map(({ verdict }) => verdict)).toEqual([
    { reason: 'invalid_number', fault: 'callee', retryable: false, sip_code: 403, q850_cause: 21 },
  ]);
  expect(invites.count(to)).toBe(1);
});

it('what a dry run shows is what a phone is dialled by', async () => {
  const { gateway, invites } = lab();
  const to = '+919000001299';
  const dryRun = await gateway.api.ask('POST', '/v1/trunks/dry-run', { body: { to } });
  expect(dryRun).toMatchObject({
    status: 200,
    body: { to, chosen: 'carrier-a', trunks: [{ endpoint: 'PJSIP/09000001299@carrier-a' }] },
  });
  expect(invites.count(to)).toBe(0);
  const { id } = await gateway.place(to);
  expect(await gateway.ended(id)).toMatchObject({ answered: true });
  expect(invites.count(to)).toBe(1);
});
