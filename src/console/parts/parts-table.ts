import type { Readiness } from '../../workflows/use-cases.ts';
import { html, none, outside, type Html } from '../html.ts';
import { dataTable } from './data-table.ts';
import { stateMark } from './state-mark.ts';

/** Whether calls can be placed, and each part as `/readyz` has it. */
export function partsTable({ ready, checks }: Readiness): Html {
  const verdict = ready
    ? stateMark('good', 'Ready: calls can be placed')
    : stateMark('bad', 'Not ready: calls wait');
  return html`<p class="verdict">${verdict}</p>
    ${dataTable({
      caption: 'Parts of this gateway',
      columns: ['Part', 'State', 'Detail'],
      rows: checks.map(({ name, ok, detail }) => [
        name,
        ok ? stateMark('good', 'well') : stateMark('bad', 'not well'),
        detail === null ? none : outside(detail),
      ]),
      empty: 'No part was looked at.',
    })}`;
}
