import { z } from '@hono/zod-openapi';
import { callerKinds } from '../domain/lines/caller.ts';
import { confirmationOf, optInSources } from '../domain/lines/opt-in.ts';
import { optOutSources } from '../domain/lines/opt-out.ts';
import { viewProof } from '../domain/lines/subscription-event.ts';
import type { ReadMissedCall, ReadOptIn, ReadOptOut } from '../workflows/subscription-use-cases.ts';
import { shownNumber } from '../workflows/shown-number.ts';
import type { Principal } from '../workflows/use-cases.ts';
import { optInData } from './subscription-event-schema.ts';

const from = z
  .string()
  .nullable()
  .openapi({ description: 'Masked without `numbers:read`; null where there is none, or it was erased.' });
const instant = z.iso.datetime();

export const missedCallSchema = z
  .strictObject({
    id: z.string().openapi({ example: 'mc_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    line: z.string(),
    from,
    caller: z.enum(callerKinds).openapi({ description: 'Only a `person` can be called back.' }),
    trunk: z.string(),
    received_at: instant,
    duplicate_of: z.string().nullable(),
    blocked_by: z.string().nullable(),
    call_back: z.strictObject({
      state: z.enum(['none', 'due', 'placed', 'joined', 'dropped']).openapi({
        description: '`joined`: the person was being called back already. `dropped`: see `problem`.',
      }),
      call: z.string().nullable(),
      problem: z.string().nullable(),
    }),
  })
  .meta({ id: 'MissedCall' });

export const optInSchema = z
  .strictObject({
    id: z.string().openapi({ example: 'opi_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    from,
    person: optInData.person,
    list: z.string(),
    source: z.enum(optInSources),
    confirmed_by: optInData.confirmed_by,
    proof: optInData.proof,
    recorded_at: instant,
    opted_out_at: instant.nullable().openapi({ description: 'Out of the list, or of everything.' }),
  })
  .meta({ id: 'OptIn' });

export const optOutSchema = z
  .strictObject({
    id: z.string().openapi({ example: 'opo_01k6m3q4t8v5w2x9y7z1a3b5c7' }),
    from,
    scope: z.string().openapi({ description: '`all`, `campaign:cmp_…` or `list:<name>`.' }),
    source: z.enum(optOutSources),
    call: z.string().nullable(),
    missed_call: z.string().nullable(),
    line: z.string().nullable(),
    recorded_at: instant,
  })
  .meta({ id: 'OptOut' });

export function presentMissedCall(
  { missedCall, number }: ReadMissedCall,
  principal: Principal,
): z.infer<typeof missedCallSchema> {
  const { callBack } = missedCall;
  return {
    id: missedCall.id,
    line: missedCall.line,
    from: shownNumber(number, principal),
    caller: missedCall.caller,
    trunk: missedCall.trunk,
    received_at: iso(missedCall.receivedAt),
    duplicate_of: missedCall.duplicateOf,
    blocked_by: missedCall.blockedBy,
    call_back: {
      state: callBack.state,
      call: 'callId' in callBack ? callBack.callId : null,
      problem: 'problem' in callBack ? callBack.problem : null,
    },
  };
}

export function presentOptIn(
  { optIn, number, optedOutAt }: ReadOptIn,
  principal: Principal,
): z.infer<typeof optInSchema> {
  return {
    id: optIn.id,
    from: shownNumber(number, principal),
    person: optIn.member,
    list: optIn.list,
    source: optIn.proof.source,
    confirmed_by: confirmationOf(optIn.proof),
    proof: viewProof(optIn),
    recorded_at: iso(optIn.at),
    opted_out_at: optedOutAt === null ? null : iso(optedOutAt),
  };
}

export function presentOptOut(
  { optOut, number }: ReadOptOut,
  principal: Principal,
): z.infer<typeof optOutSchema> {
  return {
    id: optOut.id,
    from: shownNumber(number, principal),
    scope: optOut.scope,
    source: optOut.source,
    call: optOut.callId,
    missed_call: optOut.missedCallId,
    line: optOut.line,
    recorded_at: iso(optOut.at),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
