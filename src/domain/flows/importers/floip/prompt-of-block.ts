import { note, type FloipBuilder } from './floip-builder.ts';
import { wordsOfResource, type FloipSay } from './floip-words.ts';
import type { FloipBlock } from './read-container.ts';

export const wayOn = { suggestion: 'The call goes on along its default exit.' };

export function promptOf(builder: FloipBuilder, block: FloipBlock, id: string): FloipSay | null {
  return (
    wordsOfResource(builder, block, { reference: block.config['prompt'], promptName: id }) ??
    withoutWords(builder, block)
  );
}

export function withoutWords(builder: FloipBuilder, block: FloipBlock): null {
  note(builder, block, {
    kind: 'left_out',
    detail:
      'There is nothing to say: the block names no resource that has a text or a recording for the phone.',
    ...wayOn,
  });
  return null;
}
