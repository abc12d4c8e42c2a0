import { suggestionFrom } from '../suggest.ts';
import type { Fault } from '../fault.ts';

export type CsvColumns =
  /** `requestOf` makes the JSON of a request of one row's cells; an empty cell is a field left out, and the spaces around a cell are nobody's: « r1» is not another reference than «r1». */
  | { result: 'columns'; requestOf: (cells: readonly string[]) => unknown }
  | { result: 'invalid'; faults: Fault[] };

type Setter = (request: Record<string, unknown>, cell: string) => void;

const plainColumns = ['to', 'language', 'reference', 'not_before', 'not_after'] as const;
const groups = ['variables', 'responses', 'metadata'] as const;
const personColumn = /^people\.([1-9]\d?)\.(id|name)$/;

/** Reads the header of a campaign's CSV: what each column is for, or every column that is unknown, repeated or missing. */
export function readCsvHeader(header: readonly string[]): CsvColumns {
  const names = header.map((name) => name.trim());
  const setters = names.map(setterOf);
  const faults = names.flatMap((name, index): Fault[] => {
    const pointer = `/${index}`;
    if (setters[index] === null)
      return [
        {
          pointer,
          detail: `«${shortened(name)}» is not a known column: ${knownColumns}`,
          ...suggestionFor(name),
        },
      ];
    return names.indexOf(name) < index ? [{ pointer, detail: `«${shortened(name)}» is there twice` }] : [];
  });
  for (const needed of ['to', 'reference'])
    if (!names.includes(needed)) faults.push({ pointer: '', detail: `the column «${needed}» is missing` });
  if (faults.length > 0) return { result: 'invalid', faults };
  return { result: 'columns', requestOf: (cells) => requestOf(setters, cells) };
}

const knownColumns =
  'there are to, language, reference, variables.<name>, responses.<question>, metadata.<key>, people.<n>.id, people.<n>.name, not_before and not_after';
const longestShown = 60;

/** A column that is misspelt, or one of the sender's own, which needs to say what it is for. */
function suggestionFor(name: string): { suggestion?: string } {
  const lowered = name.toLowerCase();
  if (setterOf(lowered) !== null) return { suggestion: `Did you mean «${shortened(lowered)}»?` };
  if (/^(phone|mobile|number|msisdn|phone.?number|mobile.?number|contact)$/.test(lowered))
    return { suggestion: 'Call it «to»: the number in E.164, such as +919876543210.' };
  const near = suggestionFrom(plainColumns, name);
  if (near.suggestion !== undefined || !/^[A-Za-z]\w{0,40}$/.test(name)) return near;
  return {
    suggestion: `Call it «variables.${name}» where the flow speaks it, «metadata.${name}» where it is only kept.`,
  };
}

function shortened(name: string): string {
  return name.length > longestShown ? `${name.slice(0, longestShown)}…` : name;
}

function requestOf(setters: readonly (Setter | null)[], cells: readonly string[]): unknown {
  const request: Record<string, unknown> = {};
  for (const [index, written] of cells.entries()) {
    const cell = written.trim();
    if (cell !== '') setters[index]?.(request, cell);
  }
  if (Array.isArray(request['people']))
    request['people'] = request['people'].filter((each) => each !== undefined);
  return request;
}

function setterOf(name: string): Setter | null {
  const plain = plainColumns.find((each) => each === name);
  if (plain !== undefined) return (request, cell) => void (request[plain] = cell);
  const group = groups.find((each) => name.startsWith(`${each}.`) && name.length > each.length + 1);
  if (group !== undefined) return setMember(group, name.slice(group.length + 1));
  const person = personColumn.exec(name);
  if (person === null) return null;
  const [, number, field = ''] = person;
  return (request, cell) => {
    const people = (request['people'] ??= []) as Record<string, string>[];
    (people[Number(number) - 1] ??= {})[field] = cell;
  };
}

/** Own members only, whatever they are called: a column `variables.__proto__` is a variable of that name. */
function setMember(group: string, member: string): Setter {
  return (request, cell) => {
    const members = (request[group] ??= {}) as Record<string, string>;
    // the one name that assigning would not make a member of
    if (member === '__proto__')
      Object.defineProperty(members, member, {
        value: cell,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else members[member] = cell;
  };
}
