import type { TrunkCapacity } from '../../workflows/read-capacity.ts';
import { html, none, outside, type Html } from '../html.ts';
import type { Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { momentOf } from '../parts/moment.ts';
import { shareBar } from '../parts/share-bar.ts';
import { stateMark } from '../parts/state-mark.ts';
import { trunkMark } from '../words/trunk-words.ts';

/** How each way out is, and why, and what it can still take today. */
export const trunksPage: Page = {
  path: '/trunks',
  scope: 'calls:read',
  inNavigation: 'Trunks',
  async show({ useCases }) {
    const trunks = await useCases.readCapacity();
    return { title: 'Trunks', body: html`${states(trunks)}${room(trunks)}${sightings(trunks)}` };
  },
};

function states(trunks: readonly TrunkCapacity[]): Html {
  return dataTable({
    caption: 'How they are, in the order of the trunks file',
    columns: ['Trunk', 'State', 'Why', 'Since or until', 'Channels in use', 'Calls a second', 'Serves'],
    rows: trunks.map((each) => [
      each.trunk.name,
      trunkMark(each),
      outside(each.reason),
      whenOf(each),
      shareBar(each.live, { whole: each.trunk.channels, of: `Channels of ${each.trunk.name} in use` }),
      paceOf(each),
      each.trunk.prefixes.join(' '),
    ]),
    empty: 'The trunks file has no trunk.',
  });
}

function whenOf({ drainedAt, closedUntil }: TrunkCapacity): Html {
  if (drainedAt !== null) return html`since ${momentOf(drainedAt)}`;
  return closedUntil === null ? none : html`until ${momentOf(closedUntil)}`;
}

/** What it is given of its pace now; the file's word beside it where that is more. */
export function paceOf({ trunk, paceFactor }: Pick<TrunkCapacity, 'trunk' | 'paceFactor'>): string {
  const now = Number((trunk.callsPerSecond * paceFactor).toPrecision(3));
  return now < trunk.callsPerSecond ? `${now} of ${trunk.callsPerSecond}` : String(trunk.callsPerSecond);
}

function room(trunks: readonly TrunkCapacity[]): Html {
  return dataTable({
    caption: 'What they can still take',
    columns: [
      'Trunk',
      'Free channels',
      'Kept for who calls us',
      'At best, calls a second',
      'Wait before',
      'Window closes',
      'More will fit',
    ],
    rows: trunks.map((each) => [
      each.trunk.name,
      each.free,
      each.trunk.reservedForIncoming,
      `${Math.round(each.perSecond * 100) / 100}, ${each.isMeasured ? 'as measured' : 'by its pace'}`,
      queueOf(each.queueAhead),
      momentOf(each.windowClosesAt),
      each.willFit,
    ]),
    empty: 'There is none.',
  });
}

function queueOf({ emergency, high, normal }: TrunkCapacity['queueAhead']): string {
  const parts = [
    ...(emergency > 0 ? [`${emergency.toLocaleString('en')} emergency`] : []),
    ...(high > 0 ? [`${high.toLocaleString('en')} high`] : []),
    `${normal.toLocaleString('en')} normal`,
  ];
  return parts.join(', ');
}

function sightings(trunks: readonly TrunkCapacity[]): Html {
  return dataTable({
    caption: 'What each Asterisk sees of the carriers',
    columns: ['Trunk', 'Asterisk', 'State', 'Why', 'Since'],
    rows: trunks.flatMap((each) =>
      Object.entries(each.sightings).map(([asterisk, { up, reason, since }]) => [
        each.trunk.name,
        outside(asterisk),
        up ? stateMark('good', 'up') : stateMark('bad', 'down'),
        outside(reason),
        momentOf(since),
      ]),
    ),
    empty: 'No Asterisk looks after the carriers: nothing is qualified or registered over these trunks.',
  });
}
