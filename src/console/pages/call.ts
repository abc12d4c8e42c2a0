import type { AttemptView, CallView, ResponseView } from '../../domain/calls/call-view.ts';
import { isId } from '../../domain/ids.ts';
import { presentCall } from '../../workflows/present-call.ts';
import { html, none, outside, whole, type Html } from '../html.ts';
import type { Page } from '../page.ts';
import { dataTable } from '../parts/data-table.ts';
import { factList } from '../parts/fact-list.ts';
import { campaignLink } from '../parts/links.ts';
import { momentOf, spanBetween } from '../parts/moment.ts';
import { nameTable } from '../parts/name-table.ts';
import { callMark, verdictMark } from '../words/call-words.ts';
import { timelineTable } from './call-timeline.ts';

/** Everything that is on record of a call. */
export const callPage: Page = {
  path: '/calls/{id}',
  scope: 'calls:read',
  async show({ useCases, principal, id }) {
    if (!isId('call', id)) return null;
    const [call, timeline] = await Promise.all([useCases.readCall(id), useCases.readTimeline(id)]);
    if (call === null || timeline === null) return null;
    const view = presentCall(call, principal);
    return {
      title: `Call ${view.reference ?? view.id}`,
      body: html`${factList(factsOf(view))}${attemptsTable(view.attempts)}${responsesTable(view.responses)}
      ${peopleTable(view)}${nameTable('Metadata', view.metadata)}${timelineTable(timeline)}`,
    };
  },
};

function factsOf(view: CallView): (readonly [string, Html | string | null])[] {
  const { problem, score } = view;
  return [
    ['State', callMark(view)],
    ['Why', problem === null ? null : html`${outside(problem.detail)} <code>${problem.code}</code>`],
    ['Blocked by', outside(view.blocked_by)],
    ['Next attempt', momentOf(view.next_attempt_at)],
    view.direction === 'outgoing' ? ['To', whole(view.to)] : ['From', whole(view.from)],
    ...(view.line === null ? [] : [['Line', outside(view.line)] as const]),
    ['Reference', outside(view.reference)],
    ['Campaign', campaignLink(view.campaign_id)],
    ['List', outside(view.list)],
    ['Flow', html`${outside(view.flow.id)}, version ${view.flow.version}`],
    ['Language', outside(view.language)],
    ['Phone answered', view.answered ? 'yes' : 'no'],
    ['A person', personWords(view.human)],
    ['Person reached', view.reached ? 'yes' : 'no'],
    ['Heard', `${view.heard_percent} % of the flow`],
    [
      'Score',
      score === null ? null : `${score.correct} correct of ${score.answered} answered, ${score.total} in all`,
    ],
    ['Result', view.result === null ? null : outside(String(view.result))],
    ['Goes on at', outside(view.resume_at)],
    ['Asked for', momentOf(view.created_at)],
    ['Ended', momentOf(view.ended_at)],
    ['Id', html`<code>${view.id}</code>`],
  ];
}

function personWords(human: boolean | null): string {
  if (human === null) return 'nobody can tell';
  return human ? 'yes: by a key or a message' : 'no: an answering machine';
}

function attemptsTable(attempts: readonly AttemptView[]): Html {
  return html`<h2>Attempts</h2>
    ${dataTable({
      caption: 'Each dial of this call',
      columns: [
        'Attempt',
        'Trunk',
        'Caller id',
        'Began',
        'Rang after',
        'Answered after',
        'Ended after',
        'Verdict',
        'Recording',
      ],
      rows: attempts.map((attempt) => [
        String(attempt.number),
        attempt.trunk,
        whole(attempt.caller_id),
        momentOf(attempt.started_at),
        spanBetween(attempt.started_at, attempt.ringing_at),
        spanBetween(attempt.started_at, attempt.answered_at),
        spanBetween(attempt.started_at, attempt.ended_at),
        attempt.verdict === null ? 'goes on' : verdictMark(attempt.verdict),
        attempt.recording === null
          ? none
          : html`${attempt.recording.duration}, at <code>${attempt.recording.path}</code>`,
      ]),
      empty: 'It was not dialled yet.',
    })}`;
}

function responsesTable(responses: readonly ResponseView[]): Html {
  return html`<h2>Responses</h2>
    ${dataTable({
      caption: 'What was responded to the questions of the flow',
      columns: ['Question', 'Response', 'Key', 'Correct', 'Given', 'By', 'When'],
      rows: responses.map((response) => [
        outside(response.question),
        outside(response.value),
        outside(response.key),
        response.correct === null ? none : response.correct ? 'yes' : 'no',
        response.given_on === 'request'
          ? 'before, on another channel'
          : `in attempt ${response.attempt ?? ''}`,
        outside(response.person),
        momentOf(response.at),
      ]),
      empty: 'No question has a response.',
    })}`;
}

function peopleTable({ people }: CallView): Html | null {
  if (people.length === 0) return null;
  return dataTable({
    caption: 'People who share the phone',
    columns: ['Person', 'Completed', 'Responses', 'Score', 'Goes on at'],
    rows: people.map((person) => [
      outside(person.id),
      person.completed ? 'yes' : 'no',
      person.responses.length,
      person.score === null ? none : `${person.score.correct} of ${person.score.total}`,
      outside(person.resume_at),
    ]),
    empty: '',
  });
}
