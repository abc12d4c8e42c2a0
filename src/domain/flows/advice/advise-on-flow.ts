import type { AdvisedFlow, FlowAdvice } from './flow-advice.ts';
import { keyAdvice } from './key-advice.ts';
import { lengthAdvice } from './length-advice.ts';
import { nameAdvice } from './name-advice.ts';
import { openingAdvice } from './opening-advice.ts';
import { promptAdvice } from './prompt-advice.ts';
import { wordOrderAdvice } from './word-order-advice.ts';

/** Nobody reads more. */
const mostAdvice = 100;

/**
 * What is known of calls to people with little schooling, held against a valid flow: few choices, short prompts, what for before which key, a
 * way to hear it again, an easy first key, and to be told at once who calls. Before that, what is probably a slip: prompts that are missing, names that
 * nothing gives a value.
 */
export function adviseOnFlow(advised: AdvisedFlow): FlowAdvice[] {
  const rules = [
    ...promptAdvice,
    ...nameAdvice,
    ...openingAdvice,
    ...keyAdvice,
    ...wordOrderAdvice,
    ...lengthAdvice,
  ];
  return rules.flatMap((rule) => rule(advised)).slice(0, mostAdvice);
}
