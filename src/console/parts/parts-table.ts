import type { Readiness } from '../../workflows/use-cases.ts';
import { html, outside, type Html } from '../html.ts';
import { dataTable } from './data-table.ts';
import { stateMark } from './state-mark.ts';

/** Whether calls can be placed, and each part as `/readyz` has it: at hand, or shown at once where there is something to know. */
export function partsTable({ ready, checks }: Readiness): Html {
  const isNews = !ready || checks.some(({ detail }) => detail !== null);
  return html`<p class="verdict">
      ${ready ? stateMark('good', 'Ready: calls can be placed') : stateMark('bad', 'Not ready: calls wait')}
    </p>
    <details ${isNews ? html`open` : null}>
      <summary>Each part</summary>
      ${dataTable({
        caption: 'Parts of this gateway',
        columns: ['Part', 'State', 'Detail'],
        rows: checks.map(({ name, ok, detail }) => [name, partMark({ ok, detail }), outside(detail)]),
        empty: 'No part was looked at.',
      })}
    </details>`;
}

/** A part may do what it is there for, and have something to be known all the same. */
function partMark({ ok, detail }: Pick<Readiness['checks'][number], 'ok' | 'detail'>): Html {
  if (!ok) return stateMark('bad', 'not well');
  return detail === null ? stateMark('good', 'well') : stateMark('watch', 'well, with a remark');
}
