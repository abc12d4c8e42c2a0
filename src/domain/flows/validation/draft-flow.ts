import type { z } from 'zod';
import type { flowFrame, StepDefinition } from '../flow-definition.ts';
import type { Library } from '../../prompts/library.ts';
import type { MendableFault } from '../../fault.ts';
import { pointerTo } from '../../pointer-to.ts';

/** A flow whose form was read as far as it goes; what the rules beyond the form look at. */
export interface DraftFlow {
  frame: z.infer<typeof flowFrame>;
  /** Steps that could be read, with their place in the list. */
  steps: { index: number; step: StepDefinition }[];
  /** Ids of all steps, also of those that could not be read; null where there is none. */
  ids: (string | null)[];
  /** Whether some steps could not be read: then nothing can be said about what leads where. */
  hasGaps: boolean;
  library: Library;
}

/** A rule: everything that is wrong by it. */
export type FlowRule = (draft: DraftFlow) => MendableFault[];

/** A fault in a step; `pointer` is relative to it. */
export function stepFault(
  index: number,
  pointer: string,
  fault: Omit<MendableFault, 'pointer'>,
): MendableFault {
  return { pointer: `${pointerTo('steps', index)}${pointer}`, ...fault };
}
