import type { CampaignStore } from '../db/campaign-store.ts';
import type { Acceptance, Ledger } from '../db/ledger.ts';
import { takesCalls, type Campaign } from '../domain/campaigns/campaign.ts';
import type { CallRequest } from '../domain/calls/call-request.ts';
import type { FlowDefinition } from '../domain/flows/flow-definition.ts';
import type { CampaignId } from '../domain/ids.ts';
import { afterPortion, mapInPortions } from '../lib/in-portions.ts';
import { draftCall, type DraftCallDependencies, type DraftedCall } from './draft-call.ts';
import { findBlock } from './find-block.ts';
import { queued } from './queued.ts';
import { transitionOf } from './transition-of.ts';
import type { Fault } from '../domain/fault.ts';
import { WriteBehind } from './write-behind.ts';

export interface ImportCallsDependencies extends DraftCallDependencies {
  ledger: Pick<Ledger, 'acceptAll' | 'optOuts' | 'rangAt'>;
  campaigns: Pick<CampaignStore, 'get'>;
  /** Calls wait to be dialled. */
  onAccepted: () => void;
}

/** One row of an upload. `line` counts from 1: the line of a text, or the place in a list. */
export type ImportRow = { line: number; request: CallRequest } | { line: number; faults: readonly Fault[] };

export interface ImportReport {
  accepted: number;
  alreadyThere: number;
  rejected: number;
  /** The first thousand. */
  errors: { line: number; pointer: string; detail: string }[];
}

export type ImportResult =
  { result: 'imported'; report: ImportReport } | { result: 'not_found' } | { result: 'campaign_over' };

type Drafted = Extract<DraftedCall, { result: 'drafted' }>;

/** So many calls are one transaction: enough that a commit costs each little, few enough that the calls on the line do not wait. */
const batchSize = 250;
/** One is being stored, and one is sent behind it. */
const mostUnderWay = 2;
const mostErrors = 1_000;

/**
 * Adds calls to a campaign as their rows come. A bad row refuses no good one; a row whose reference is there already is counted and left alone, so
 * that a broken upload can be sent again as it is. What was committed stays, whatever comes after.
 *
 * @throws what `rows` throws, after the rows before were kept
 */
export async function importCalls(
  deps: ImportCallsDependencies,
  asked: { campaign: CampaignId; rows: AsyncIterable<ImportRow> },
): Promise<ImportResult> {
  const campaign = await deps.campaigns.get(asked.campaign);
  if (campaign === null) return { result: 'not_found' };
  if (!takesCalls(campaign)) return { result: 'campaign_over' };
  const report: ImportReport = { accepted: 0, alreadyThere: 0, rejected: 0, errors: [] };
  const drafting = draftingTogether(deps);
  const writing = new WriteBehind(
    (acceptances: readonly Acceptance[]) => store(deps, { acceptances, report }),
    mostUnderWay,
  );
  let batch: Drafted[] = [];
  let count = 0;
  const write = async (): Promise<boolean> => {
    if (!(await writing.room())) return false;
    if (batch.length > 0) writing.add(await acceptancesOf(deps, batch));
    batch = [];
    return true;
  };
  try {
    for await (const row of asked.rows) {
      const drafted = await draftRow(drafting, { row, campaign, report });
      if (drafted !== null) batch.push(drafted);
      await afterPortion((count += 1));
      if (batch.length < batchSize) continue;
      if (!(await write())) return { result: 'campaign_over' };
      drafting.begin();
    }
  } finally {
    // a broken upload keeps what came whole
    await write();
    await writing.end();
  }
  return (await writing.end()) ? { result: 'imported', report } : { result: 'campaign_over' };
}

async function draftRow(
  deps: ImportCallsDependencies,
  { row, campaign, report }: { row: ImportRow; campaign: Campaign; report: ImportReport },
): Promise<Drafted | null> {
  const faults = 'faults' in row ? row.faults : referenceFaults(row.request);
  if (faults.length > 0 || !('request' in row)) return reject(report, { line: row.line, faults });
  const draft = await draftCall(deps, { request: row.request, campaign });
  return draft.result === 'drafted' ? draft : reject(report, { line: row.line, faults: draft.faults });
}

function referenceFaults({ reference, campaign_id: other }: CallRequest): Fault[] {
  return [
    ...(reference === undefined || reference === ''
      ? [{ pointer: '/reference', detail: 'is needed: it is what keeps a call from being added twice' }]
      : []),
    ...(other === undefined
      ? []
      : [{ pointer: '/campaign_id', detail: 'must be left out: the address names the campaign' }]),
  ];
}

function reject(report: ImportReport, row: { line: number; faults: readonly Fault[] }): null {
  report.rejected += 1;
  for (const { pointer, detail } of row.faults)
    if (report.errors.length < mostErrors) report.errors.push({ line: row.line, pointer, detail });
  return null;
}

async function acceptancesOf(
  deps: ImportCallsDependencies,
  batch: readonly Drafted[],
): Promise<Acceptance[]> {
  // asked together, they are looked up by one statement
  const looked = await Promise.all(
    batch.map(async (drafted) => ({ ...drafted, blockedBy: await findBlock(deps, drafted.call) })),
  );
  return mapInPortions(looked, ({ call, number, blockedBy }) => {
    const transition = transitionOf(deps.ids, queued(call, blockedBy), call.createdAt);
    return { transition, number, idempotency: null, reply: '' };
  });
}

/** False where the campaign takes no calls any more. */
async function store(
  deps: ImportCallsDependencies,
  { acceptances, report }: { acceptances: readonly Acceptance[]; report: ImportReport },
): Promise<boolean> {
  const accepted = await deps.ledger.acceptAll(acceptances);
  if (accepted.result === 'campaign_over') return false;
  report.accepted += accepted.ids.size;
  report.alreadyThere += acceptances.length - accepted.ids.size;
  deps.onAccepted();
  return true;
}

/** Drafts as everywhere, but what the rows of a batch have in common is found once: the instant, their flow, what is missing of its prompts. */
function draftingTogether(deps: ImportCallsDependencies): ImportCallsDependencies & { begin: () => void } {
  let now = deps.clock.now();
  return {
    ...deps,
    clock: { now: () => now },
    resolveFlow: rememberFlows(deps.resolveFlow),
    missingPrompts: rememberPrompts(deps.missingPrompts),
    begin: () => void (now = deps.clock.now()),
  };
}

/** The rows of an upload mostly have one flow: it is looked up once. */
function rememberFlows(
  resolveFlow: DraftCallDependencies['resolveFlow'],
): DraftCallDependencies['resolveFlow'] {
  const resolved = new Map<string, ReturnType<typeof resolveFlow>>();
  return (flow) => {
    if (typeof flow !== 'string') return resolveFlow(flow);
    const known = resolved.get(flow) ?? resolveFlow(flow);
    resolved.set(flow, known);
    return known;
  };
}

/** The same for what is missing of its prompts, in each language. */
function rememberPrompts(
  missingPrompts: DraftCallDependencies['missingPrompts'],
): DraftCallDependencies['missingPrompts'] {
  const found = new WeakMap<FlowDefinition, Map<string, ReturnType<typeof missingPrompts>>>();
  return (flow, language) => {
    const ofFlow = found.get(flow) ?? new Map<string, ReturnType<typeof missingPrompts>>();
    const missing = ofFlow.get(language) ?? missingPrompts(flow, language);
    if (flow.languages.includes(language)) found.set(flow, ofFlow.set(language, missing));
    return missing;
  };
}
