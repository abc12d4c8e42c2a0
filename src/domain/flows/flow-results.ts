import { itemsOf, type Say } from '../prompts/say.ts';
import { isAsking, type AskingStep, type FlowDefinition } from './flow-definition.ts';

/**
 * A flow's responses in the shape of FLOIP Flow Results (specification 1.0.0-rc1): a descriptor in the manner of a Frictionless data package, and
 * rows of seven columns.
 */
export const flowResultsVersion = '1.0.0-rc1';

/** One of a flow's versions. `createdAt` in milliseconds since 1970. */
export interface VersionOfFlow {
  version: number;
  definition: FlowDefinition;
  createdAt: number;
}

export interface ResultQuestion {
  type: 'select_one' | 'numeric' | 'text' | 'open';
  label: string;
  type_options: { choices?: string[]; range?: [number, number] };
}

/** A response with the call that it was given in. */
export interface FlowResponse {
  callId: string;
  question: string;
  /** Who of those that share the phone; empty where it is not shared. */
  sharedBy: string;
  /** Stands for the person: a keyed hash of the number, from which nobody gets the number back. */
  person: string;
  value: string;
  key: string | null;
  givenOn: 'request' | 'call';
  attempt: number | null;
  at: number;
  language: string;
  flowVersion: number;
}

export type ResultRow = [
  timestamp: string,
  rowId: string,
  contactId: string,
  sessionId: string,
  questionId: string,
  response: string | number,
  metadata: Record<string, string | number | object | null>,
];

const columns: readonly [name: string, title: string, type: string][] = [
  ['timestamp', 'Timestamp', 'datetime'],
  ['row_id', 'Row ID', 'string'],
  ['contact_id', 'Contact ID', 'string'],
  ['session_id', 'Session ID', 'string'],
  ['question_id', 'Question ID', 'string'],
  ['response', 'Response', 'any'],
  ['response_metadata', 'Response Metadata', 'object'],
];

/**
 * The descriptor. Questions of every version are in it, as they were last: the standard lets versions add questions, and never takes one away.
 *
 * @param of.versions in the order of their making, at least one
 * @param of.id a UUID of version 4
 */
export function describeResults(of: {
  id: string;
  flowId: string;
  versions: readonly [VersionOfFlow, ...VersionOfFlow[]];
  responsesPath: string;
}) {
  const [first] = of.versions;
  const newest = of.versions.at(-1) ?? first;
  return {
    profile: 'flow-results-package' as const,
    name: of.flowId,
    title: newest.definition.title,
    flow_results_specification_version: flowResultsVersion,
    created: resultTimestamp(first.createdAt),
    modified: resultTimestamp(newest.createdAt),
    id: of.id,
    resources: [
      {
        name: `${of.flowId}-responses`,
        path: null,
        access_method: 'api' as const,
        api_data_url: of.responsesPath,
        mediatype: 'application/vnd.api+json',
        encoding: 'utf-8' as const,
        schema: {
          fields: columns.map(([name, title, type]) => ({ name, title, type })),
          questions: Object.fromEntries(of.versions.flatMap(({ definition }) => questionsOf(definition))),
        },
      },
    ],
  };
}

/** @param type of the question, where the flow still has it */
export function resultRow(response: FlowResponse, type: ResultQuestion['type'] | undefined): ResultRow {
  const { callId, person, sharedBy, value } = response;
  const isNumber = type === 'numeric' && /^\d{1,15}$/.test(value);
  return [
    resultTimestamp(response.at),
    resultRowId(response),
    sharedBy === '' ? person : `${person}/${sharedBy}`,
    callId,
    response.question,
    isNumber ? Number(value) : value,
    {
      ...(type === 'open' ? openMetadata(response) : {}),
      key: response.key,
      given_on: response.givenOn,
      attempt: response.attempt,
      language: response.language,
      flow_version: response.flowVersion,
    },
  ];
}

/** Unique among all responses of a flow. */
export function resultRowId({
  callId,
  question,
  sharedBy,
}: Pick<FlowResponse, 'callId' | 'question' | 'sharedBy'>): string {
  return sharedBy === '' ? `${callId}/${question}` : `${callId}/${question}/${sharedBy}`;
}

/** UTC is `+00:00` in the standard, not `Z`. */
export function resultTimestamp(at: number): string {
  return new Date(at).toISOString().replace(/Z$/, '+00:00');
}

/** A voice message's value is its id; one that came with the request is text. */
function openMetadata({ value }: FlowResponse): { type: string; type_options: object } {
  const isSound = value.startsWith('vm_');
  return { type: isSound ? 'audio' : 'text', type_options: isSound ? { format: 'audio/wav' } : {} };
}

export function questionsOf(definition: FlowDefinition): [string, ResultQuestion][] {
  return definition.steps.filter(isAsking).map((step) => [step.id, questionOf(step, definition)]);
}

function questionOf(step: AskingStep, { languages }: FlowDefinition): ResultQuestion {
  const label = (step.say === undefined ? '' : labelOf(step.say, languages[0] ?? '')) || step.id;
  switch (step.type) {
    case 'choice':
      return {
        type: 'select_one',
        label,
        type_options: { choices: Object.values(step.options).map(({ value }) => value) },
      };
    case 'digits':
      // A code of digits, such as a phone number, loses its zeros as a number.
      if (step.pattern !== undefined || step.max > 15) return { type: 'text', label, type_options: {} };
      return { type: 'numeric', label, type_options: step.range === undefined ? {} : { range: step.range } };
    case 'consent':
    case 'language':
    case 'person':
      return { type: 'text', label, type_options: {} };
    default:
      // What is spoken: sound, or text where it came with the request.
      return { type: 'open', label, type_options: {} };
  }
}

/** The words of the question in the flow's first language; a prompt by its id. */
function labelOf(say: Say, language: string): string {
  const words = itemsOf(say).map((item) =>
    typeof item === 'string' ? item : 'text' in item ? (item.text[language] ?? '') : '',
  );
  return words
    .filter((text) => text !== '')
    .join(' ')
    .slice(0, 1_000);
}
