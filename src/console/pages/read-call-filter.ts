import { z } from 'zod';
import { callDirections, callStatuses, outcomes } from '../../domain/calls/call.ts';
import { isId } from '../../domain/ids.ts';
import { plainText } from '../../domain/plain-text.ts';
import { cursorOf } from '../list-cursor.ts';
import type { ReadingUseCases } from '../page.ts';

type Filter = Omit<Parameters<ReadingUseCases['listCalls']>[0], 'limit'>;

const reference = plainText({ min: 1, max: 200 });
/** As the form's field writes it, with seconds or without. */
const moment = z.iso.datetime({ local: true });

/** What the list is narrowed down to. A field that is left empty is none; one that says nothing is told of, so that nobody takes all calls for some. */
export function readCallFilter(query: URLSearchParams): { filter: Filter } | { faults: string[] } {
  const filter: Filter = {};
  const faults: string[] = [];
  const read = (name: string, take: (text: string) => boolean, fault: string): void => {
    const text = query.get(name)?.trim() ?? '';
    if (text !== '' && !take(text)) faults.push(fault);
  };
  const oneOf = (all: readonly string[], set: (text: string) => void) => (text: string) => {
    set(text);
    return all.includes(text);
  };
  read(
    'status',
    oneOf(callStatuses, (text) => (filter.status = text)),
    'There is no such status.',
  );
  read(
    'outcome',
    oneOf(outcomes, (text) => (filter.outcome = text)),
    'There is no such outcome.',
  );
  read(
    'direction',
    oneOf(callDirections, (text) => (filter.direction = text)),
    'There is no such direction.',
  );
  read(
    'reference',
    (text) => {
      filter.reference = text;
      return reference.safeParse(text).success;
    },
    'A reference has at most 200 letters, and no control characters.',
  );
  read(
    'campaign_id',
    (text) => {
      if (isId('cmp', text)) filter.campaignId = text;
      return isId('cmp', text);
    },
    'The id of a campaign begins with cmp_.',
  );
  read(
    'created_after',
    (text) => {
      filter.createdAfter = Date.parse(`${text}Z`);
      return moment.safeParse(text).success && !Number.isNaN(filter.createdAfter);
    },
    'The moment after which calls were asked for is not one of the calendar.',
  );
  const before = cursorOf('call', query);
  if (before === undefined) faults.push('There is no such page of the list.');
  else if (before !== null) filter.before = before;
  return faults.length > 0 ? { faults } : { filter };
}
