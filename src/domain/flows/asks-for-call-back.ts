import type { CallResponse } from '../calls/call.ts';
import type { Flow } from './compile-flow.ts';

/** Whether this answer asks for a person to call back: it was given by the key of an option with `call_me_back`. */
export function asksForCallBack(flow: Pick<Flow, 'steps'>, response: CallResponse): boolean {
  const step = flow.steps.get(response.question);
  if (step?.type !== 'choice') return false;
  return Object.entries(step.options).some(
    ([key, option]) =>
      option.call_me_back === true && key === response.key && option.value === response.value,
  );
}
