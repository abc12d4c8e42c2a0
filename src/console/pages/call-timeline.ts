import type { TimelineEntry } from '../../domain/calls/call-event.ts';
import { html, none, outside, type Html } from '../html.ts';
import { dataTable } from '../parts/data-table.ts';
import { momentOf } from '../parts/moment.ts';
import { timelineWords } from '../words/timeline-words.ts';

/** Every event, key press and prompt of a call, in order. */
export function timelineTable(timeline: readonly TimelineEntry[]): Html {
  return html`<h2>Timeline</h2>
    ${dataTable({
      caption: 'What happened, in order',
      columns: ['When', 'What', 'Attempt', 'Step', 'Key', 'Detail'],
      rows: timeline.map(({ at, type, attempt, step, key, detail }) => [
        momentOf(at),
        timelineWords(type),
        attempt === null ? none : String(attempt),
        outside(step),
        key === null ? none : html`<kbd>${key}</kbd>`,
        detailOf(detail),
      ]),
      empty: 'Nothing has happened yet.',
    })}`;
}

function detailOf(detail: TimelineEntry['detail']): Html {
  const told = Object.entries(detail).filter(([, value]) => value !== null);
  return outside(told.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value)}`).join(', '));
}
