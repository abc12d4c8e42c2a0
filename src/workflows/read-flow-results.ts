import { createHash } from 'node:crypto';
import {
  describeResults,
  questionsOf,
  resultRow,
  type FlowResponse,
  type ResultRow,
  type VersionOfFlow,
} from '../domain/flows/flow-results.ts';
import type { FlowResponseFilter } from '../db/flow-responses.ts';
import type { FlowStore } from '../db/flow-store.ts';

export interface ReadFlowResultsDependencies {
  flows: Pick<FlowStore, 'getFlow'>;
  listFlowResponses: (filter: FlowResponseFilter) => Promise<FlowResponse[]>;
}

export type ResultsPackage = ReturnType<typeof describeResults>;

export interface ResultsPage {
  packageId: string;
  rows: ResultRow[];
  /** The place of each row, in the same order. */
  places: Pick<FlowResponse, 'callId' | 'question' | 'sharedBy'>[];
}

/** Of a flow that was stored oftener, the newest so many versions are described. */
const mostVersions = 50;

/** The descriptor of a flow's results, of one version or of all; null where there is no such flow. */
export async function readResultsPackage(
  deps: ReadFlowResultsDependencies,
  flow: { id: string; version: number | null },
): Promise<ResultsPackage | null> {
  const versions = await versionsOf(deps, flow);
  if (versions === null) return null;
  const name = nameOf(flow);
  const responsesPath = `/v1/flows/${name}/flow-results/responses`;
  return describeResults({ id: packageIdOf(name), flowId: flow.id, versions, responsesPath });
}

/** A page of a flow's responses; null where there is no such flow. */
export async function readResultsPage(
  deps: ReadFlowResultsDependencies,
  request: Omit<FlowResponseFilter, 'flowId'> & { id: string },
): Promise<ResultsPage | null> {
  const { id, ...filter } = request;
  const versions = await versionsOf(deps, request);
  if (versions === null) return null;
  const questions = new Map(versions.flatMap(({ definition }) => questionsOf(definition)));
  const responses = await deps.listFlowResponses({ flowId: id, ...filter });
  return {
    packageId: packageIdOf(nameOf(request)),
    rows: responses.map((response) => resultRow(response, questions.get(response.question)?.type)),
    places: responses.map(({ callId, question, sharedBy }) => ({ callId, question, sharedBy })),
  };
}

/** In the order of their making. */
async function versionsOf(
  { flows }: ReadFlowResultsDependencies,
  { id, version }: { id: string; version: number | null },
): Promise<[VersionOfFlow, ...VersionOfFlow[]] | null> {
  const newest = await flows.getFlow(id, version);
  if (newest === null) return null;
  const first = version === null ? Math.max(1, newest.version - mostVersions + 1) : newest.version;
  const numbers = Array.from({ length: newest.version - first }, (_, index) => first + index);
  const earlier = await Promise.all(numbers.map((number) => flows.getFlow(id, number)));
  const [oldest, ...others] = [...earlier.filter((each) => each !== null), newest];
  return [oldest, ...others];
}

function nameOf({ id, version }: { id: string; version: number | null }): string {
  return version === null ? id : `${id}@${version}`;
}

/** The standard wants a UUID of version 4; the same flow has the same one for ever. */
function packageIdOf(name: string): string {
  const hex = createHash('sha256').update(`flow-results:${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
