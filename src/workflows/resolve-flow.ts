import { createHash } from 'node:crypto';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { StoredFlow } from '../db/flow-store.ts';
import type { NamedOrInlineFlow, ResolvedFlow } from './draft-call.ts';
import type { Fault } from '../domain/fault.ts';
import { asPlayed } from './load-sub-flows.ts';
import { storeFlow, type StoreFlowDependencies } from './store-flow.ts';

/** A flow that a call brings along is stored under the hash of its content: calls that bring the same one share it. */
const inlinePrefix = 'inline-';

/** The flow that a request names (`quiz`, `quiz@3`) or brings along. */
export async function resolveFlow(
  deps: StoreFlowDependencies,
  flow: NamedOrInlineFlow,
): Promise<ResolvedFlow> {
  return typeof flow === 'string' ? resolveNamed(deps, flow) : resolveInline(deps, flow);
}

/** The same of one that is stored. */
export async function resolveNamed(
  deps: Pick<StoreFlowDependencies, 'flows'>,
  name: string,
): Promise<ResolvedFlow> {
  const match = /^([a-z][a-z0-9_-]{0,63})(?:@([1-9]\d{0,8}))?$/.exec(name);
  if (!match?.[1])
    return invalid('must be the id of a flow, such as teacher-quiz or teacher-quiz@3, or a whole flow');
  const version = match[2] === undefined ? null : Number(match[2]);
  const stored = await deps.flows.getFlow(match[1], version);
  if (!stored) return notStored(deps, { id: match[1], version });
  return resolved(deps, stored);
}

/** Of a flow that is there, only in other versions, other advice helps than of one that is not. */
async function notStored(
  { flows }: Pick<StoreFlowDependencies, 'flows'>,
  { id, version }: { id: string; version: number | null },
): Promise<ResolvedFlow> {
  const newest = version === null ? null : await flows.getFlow(id, null);
  return newest === null
    ? invalid(`names a flow that is not stored: PUT /v1/flows/${id} first`)
    : invalid(`names version ${version} of «${id}», which has versions 1 to ${newest.version}`);
}

async function resolveInline(
  deps: StoreFlowDependencies,
  definition: Record<string, unknown>,
): Promise<ResolvedFlow> {
  const recording = recordingStepsIn(definition);
  if (recording.length > 0) return { result: 'invalid', faults: recording };
  const id = inlineFlowId(definition);
  const known = await deps.flows.getFlow(id, null);
  if (known) return resolved(deps, known);
  const stored = await storeFlow(deps, { id, definition });
  if (stored.result === 'invalid') {
    return {
      result: 'invalid',
      faults: stored.faults.map((fault) => ({ ...fault, pointer: `/flow${fault.pointer}` })),
    };
  }
  return resolved(deps, stored.flow);
}

/** Under which a flow without a name is stored. */
export function inlineFlowId(definition: unknown): string {
  return `${inlinePrefix}${createHash('sha256').update(canonicalJson(definition)).digest('hex').slice(0, 32)}`;
}

/** Whoever may only place calls may not change what flows say. */
function recordingStepsIn({ steps }: Record<string, unknown>): Fault[] {
  return (Array.isArray(steps) ? steps : []).flatMap((step: unknown, index) =>
    typeof step === 'object' && step !== null && 'kept_as_prompt' in step
      ? [
          {
            pointer: `/flow/steps/${index}/kept_as_prompt`,
            detail:
              'must not stand in a flow that comes with a call: ask with POST /v1/flows/{id}/record-prompts, or store the flow first',
          },
        ]
      : [],
  );
}

async function resolved(
  deps: Pick<StoreFlowDependencies, 'flows'>,
  { id, version, definition }: StoredFlow,
): Promise<ResolvedFlow> {
  return {
    result: 'resolved',
    reference: { id, version },
    definition: await asPlayed(deps, definition),
  };
}

function invalid(detail: string): ResolvedFlow {
  return { result: 'invalid', faults: [{ pointer: '/flow', detail }] };
}
