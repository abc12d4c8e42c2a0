import type { TrunkView } from '../../workflows/read-trunks.ts';
import type { Html } from '../html.ts';
import { stateMark, type Mood } from '../parts/state-mark.ts';

const conditions: Readonly<Record<TrunkView['condition'], readonly [Mood, string]>> = {
  up: ['good', 'up'],
  slowed: ['watch', 'slowed down: the carrier takes fewer calls a second'],
  draining: ['watch', 'draining: calls on it go on, no new ones begin'],
  drained: ['watch', 'drained by somebody'],
  down: ['bad', 'down'],
  closed: ['bad', 'closed: calls failed over it'],
  probing: ['watch', 'probing: one call at a time tries it'],
};

export function trunkMark({ condition }: Pick<TrunkView, 'condition'>): Html {
  return stateMark(...conditions[condition]);
}
