import type { StepDraft } from '../import-note.ts';
import { branchAlong, defaultDestination, testedExits, type TargetOf } from './block-exits.ts';
import type { FloipBuilder } from './floip-builder.ts';
import type { FloipBlock } from './read-container.ts';

/** The steps of a block once it is known where its exits lead; null where the block is passed over. */
export type BlockSteps = ((targetOf: TargetOf) => StepDraft[]) | null;

/** A question whose exits are decided after it was answered. */
export function askedSteps(builder: FloipBuilder, block: FloipBlock, step: StepDraft): BlockSteps {
  const exits = testedExits(builder, block);
  const otherwise = defaultDestination(block);
  const branchId = exits.length === 0 ? '' : builder.ids.take(`${step.id}_exits`, 'exits');
  return (targetOf) => {
    const branch = branchAlong(branchId, exits, { otherwise, targetOf });
    const next = branch[0]?.id ?? targetOf(otherwise);
    return [{ ...step, next, give_up: targetOf(otherwise) }, ...branch];
  };
}
