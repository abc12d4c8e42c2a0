import type { CampaignStore } from '../db/campaign-store.ts';
import type { NewOptIn, OptInStore } from '../db/opt-in-store.ts';
import type { MissedCalls } from '../db/missed-calls.ts';
import type { NewOptOut, OptOutStore } from '../db/opt-out-store.ts';
import type { PersonHash } from '../domain/calls/call.ts';
import { isId, type IdSource, type OptOutId } from '../domain/ids.ts';
import type { OptIn } from '../domain/lines/opt-in.ts';
import { isOptOutScope, type OptOut, type OptOutSource } from '../domain/lines/opt-out.ts';
import { renderLifted, renderOptIn, renderOptOut } from '../domain/lines/subscription-event.ts';
import { maskNumber, parsePhoneNumber, type PhoneNumber } from '../domain/phone-numbers/phone-number.ts';
import type { Clock } from '../lib/clock.ts';
import type { Fault } from '../domain/fault.ts';
import type { LiveCalls } from './live-calls.ts';
import type {
  ImportedSubscriptions,
  OptOutResult,
  SubscriptionRow,
  SubscriptionUseCases,
} from './subscription-use-cases.ts';

export interface SubscriptionDependencies {
  missedCalls: Pick<MissedCalls, 'list'>;
  optIns: OptInStore;
  optOuts: OptOutStore;
  campaigns: Pick<CampaignStore, 'get'>;
  personOf: (number: PhoneNumber) => PersonHash;
  /** The attempts of this process, told of an opt-out before it is acknowledged. */
  liveCalls: Pick<LiveCalls, 'withdraw'>;
  clock: Clock;
  ids: IdSource;
}

const importedAtOnce = 500;
const mostErrors = 1_000;

export function createSubscriptionUseCases(deps: SubscriptionDependencies): SubscriptionUseCases {
  return {
    listMissedCalls: (filter) => deps.missedCalls.list(filter),
    listOptIns: (filter) => deps.optIns.list(filter),
    listOptOuts: (filter) => deps.optOuts.list(filter),
    optOut: (request) => optOut(deps, request),
    deleteOptOut: (request) => deleteOptOut(deps, request),
    importOptOuts: (rows) =>
      importRows(rows, {
        check: (row) => scopeFaults(row.scopeOrList, '/scope'),
        make: (row, number) =>
          newOptOut(deps, {
            number,
            scope: row.scopeOrList,
            source: 'import',
            at: row.at ?? deps.clock.now(),
          }),
        add: async (batch) => (await addOptOuts(deps, batch)).size,
      }),
    importOptIns: (rows) =>
      importRows(rows, {
        check: () => [],
        make: (row, number) => newOptIn(deps, { number, row }),
        async add(batch) {
          await deps.optIns.add(batch);
          return batch.length;
        },
      }),
  };
}

/** From the moment that this has resolved, no call of this scope begins to be dialled for the person; see `startAttempt`. */
async function optOut(
  deps: SubscriptionDependencies,
  { to, scope }: { to: string; scope: string },
): Promise<OptOutResult> {
  const parsed = parsePhoneNumber(to);
  const faults = [
    ...(parsed.result === 'refused' ? [{ pointer: '/to', detail: parsed.detail }] : []),
    ...scopeFaults(scope, '/scope'),
    ...(await campaignFaults(deps, scope)),
  ];
  if (parsed.result === 'refused' || faults.length > 0) return { result: 'invalid', faults };
  const { number } = parsed;
  const made = newOptOut(deps, { number, scope, source: 'api', at: deps.clock.now() });
  const added = await addOptOuts(deps, [made]);
  if (added.has(made.optOut.id)) return { result: 'recorded', optOut: { optOut: made.optOut, number } };
  const known = await deps.optOuts.find(made.optOut);
  // deleted since: the asker's no came later
  if (known === null) return optOut(deps, { to, scope });
  return { result: 'already_there', optOut: { optOut: known, number } };
}

async function addOptOuts(deps: SubscriptionDependencies, made: NewOptOut[]): Promise<ReadonlySet<OptOutId>> {
  const added = await deps.optOuts.add(made);
  for (const { optOut } of made) deps.liveCalls.withdraw(optOut);
  return added;
}

async function deleteOptOut(
  deps: SubscriptionDependencies,
  { id, by }: Parameters<SubscriptionUseCases['deleteOptOut']>[0],
): Promise<'deleted' | 'not_found'> {
  const found = await deps.optOuts.get(id);
  if (found === null) return 'not_found';
  const at = deps.clock.now();
  const from = found.number === null ? null : maskNumber(found.number as PhoneNumber);
  const event = renderLifted(found.optOut, from, { id: deps.ids.newId('evt'), at });
  return (await deps.optOuts.lift(id, { at, by, event })) ? 'deleted' : 'not_found';
}

/** A no to a campaign that there is not would bind nobody. Files may come from another gateway, and name that one's. */
async function campaignFaults(
  { campaigns }: Pick<SubscriptionDependencies, 'campaigns'>,
  scope: string,
): Promise<Fault[]> {
  const id = scope.replace(/^campaign:/, '');
  if (id === scope || !isId('cmp', id) || (await campaigns.get(id)) !== null) return [];
  return [
    {
      ...{ pointer: '/scope', detail: 'names a campaign that there is not' },
      suggestion: 'GET /v1/campaigns lists them.',
    },
  ];
}

function scopeFaults(scope: string, pointer: string): Fault[] {
  if (isOptOutScope(scope)) return [];
  return [
    { pointer, detail: 'must be all, campaign: and the id of a campaign, or list: and the name of a list' },
  ];
}

function newOptOut(
  { personOf, ids, clock }: SubscriptionDependencies,
  of: { number: PhoneNumber; scope: string; source: OptOutSource; at: number },
): NewOptOut {
  const { number, scope, source, at } = of;
  const optOut: OptOut = {
    ...{ id: ids.newId('opo'), person: personOf(number), scope, source, at },
    ...{ callId: null, missedCallId: null, line: null },
  };
  const event = renderOptOut(optOut, maskNumber(number), { id: ids.newId('evt'), at: clock.now() });
  return { optOut, number, event };
}

function newOptIn(
  { personOf, ids, clock }: SubscriptionDependencies,
  { number, row }: { number: PhoneNumber; row: Extract<SubscriptionRow, { to: string }> },
): NewOptIn {
  const optIn: OptIn = {
    ...{ id: ids.newId('opi'), person: personOf(number), member: row.member, list: row.scopeOrList },
    ...{ at: row.at ?? clock.now(), proof: { source: 'import' } },
  };
  const event = renderOptIn(optIn, maskNumber(number), { id: ids.newId('evt'), at: clock.now() });
  return { optIn, number, event };
}

/** A bad row refuses no good one. */
async function importRows<Made>(
  rows: AsyncIterable<SubscriptionRow>,
  how: {
    check: (row: Extract<SubscriptionRow, { to: string }>) => Fault[];
    make: (row: Extract<SubscriptionRow, { to: string }>, number: PhoneNumber) => Made;
    /** How many were new. */
    add: (batch: Made[]) => Promise<number>;
  },
): Promise<ImportedSubscriptions> {
  const report: ImportedSubscriptions = { accepted: 0, alreadyThere: 0, rejected: 0, errors: [] };
  let batch: Made[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const added = await how.add(batch);
    report.accepted += added;
    report.alreadyThere += batch.length - added;
    batch = [];
  };
  for await (const row of rows) {
    const parsed = 'faults' in row ? null : parsePhoneNumber(row.to);
    const faults =
      'faults' in row
        ? row.faults
        : [
            ...(parsed?.result === 'refused' ? [{ pointer: '/to', detail: parsed.detail }] : []),
            ...how.check(row),
          ];
    if ('faults' in row || parsed?.result !== 'parsed' || faults.length > 0) {
      report.rejected += 1;
      for (const { pointer, detail } of faults)
        if (report.errors.length < mostErrors) report.errors.push({ line: row.line, pointer, detail });
      continue;
    }
    batch.push(how.make(row, parsed.number));
    if (batch.length === importedAtOnce) await flush();
  }
  await flush();
  return report;
}
