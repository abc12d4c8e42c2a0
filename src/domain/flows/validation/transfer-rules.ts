import { resolveTransferHours } from '../../calls/transfer-hours.ts';
import { parsePhoneNumber, type PhoneNumber } from '../../phone-numbers/phone-number.ts';
import type { StepOf } from '../flow-definition.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';

type TransferStep = StepOf<'transfer'>;

/** Whom a step may call, and when. */
export function transferFaults(step: TransferStep): MendableFault[] {
  const { to } = step;
  if (typeof to === 'string') return numberFaults(step, { text: to, pointer: '/to' });
  const agents = to.map((text, place) => ({ text, pointer: pointerTo('to', place), place }));
  const faults = agents.flatMap((agent) => [...numberFaults(step, agent), ...repeatFaults(to, agent)]);
  // The hours are those of all of them: what is wrong with them is said once.
  return faults.filter(
    ({ pointer }, place) => faults.findIndex((each) => each.pointer === pointer) === place,
  );
}

function numberFaults(
  step: TransferStep,
  { text, pointer }: { text: string; pointer: string },
): MendableFault[] {
  const parsed = parsePhoneNumber(text);
  if (parsed.result === 'parsed') return hoursFaults(step, parsed.number);
  const suggestion = 'Write the number of a phone that may be called, such as +919876543210.';
  return [{ pointer, detail: parsed.detail, suggestion }];
}

/** Who is there twice would be called twice as often as the others. */
function repeatFaults(
  to: readonly string[],
  { text, pointer, place }: { text: string; pointer: string; place: number },
): MendableFault[] {
  const first = to.indexOf(text);
  if (first === place) return [];
  const detail = `is the number of /to/${first} again`;
  return [{ pointer, detail, suggestion: 'Take it out: who is called next is who was left alone longest.' }];
}

/** Which hours the configuration has is not known here, and any would do to find what cannot be obeyed. */
function hoursFaults(step: TransferStep, number: PhoneNumber): MendableFault[] {
  const resolved = resolveTransferHours(step.calling_hours ?? {}, {
    ...{ number, defaults: { start: '00:00', end: '24:00' } },
  });
  if (resolved.result === 'resolved') return [];
  return resolved.faults.map(({ pointer, detail }) => ({
    pointer: `/calling_hours${pointer}`,
    detail,
    suggestion:
      'Say when they may be called: { "start": "09:00", "end": "18:00", "time_zone": "Asia/Kolkata" }.',
  }));
}
