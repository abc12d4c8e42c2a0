import type { PoolClient } from 'pg';
import { createCampaignCalls } from '../../src/db/campaign-calls.ts';
import { loadCalls } from '../../src/db/load-call.ts';
import type { Call, PersonHash } from '../../src/domain/calls/call.ts';
import type { CampaignId, CallId } from '../../src/domain/ids.ts';
import type { TestDatabase } from '../support/database.ts';
import { rowsWithTraces } from '../support/find-traces.ts';
import type { Statement } from '../support/gated-pool.ts';
import type { CallWitness } from './call-witness.ts';
import type { ErasureWitness } from './erasure-witness.ts';
import type { KeptErasure } from './kept-erasure.ts';
import type { WorldPlan } from './world-plan.ts';

/** Tells a witness of what is on record of erasures, after each transaction that may have changed it. */
export class WatchedErasures {
  readonly #witnessed: () => ErasureWitness;
  readonly #told = new Map<string, string>();
  readonly #forgotten = new Set<CallId>();

  constructor(witnessed: () => ErasureWitness) {
    this.#witnessed = witnessed;
  }

  get #witness(): ErasureWitness {
    return this.#witnessed();
  }

  async committed(statements: readonly Statement[], client: PoolClient): Promise<void> {
    if (!statements.some(({ text }) => mayChange(text))) return;
    const { rows: forgotten } = await client.query<{ id: CallId }>(selectForgotten, [[...this.#forgotten]]);
    const ids = forgotten.map(({ id }) => id);
    for (const call of await loadCalls(client, 'by_ids', [ids])) {
      this.#forgotten.add(call.id);
      this.#witness.forgotten(call);
    }
    for (const erasure of (await client.query<KeptErasure>(selectErasures)).rows)
      await this.#tell(erasure, client);
  }

  async #tell(erasure: KeptErasure, client: PoolClient): Promise<void> {
    const now = JSON.stringify(erasure);
    if (this.#told.get(erasure.id) === now) return;
    this.#told.set(erasure.id, now);
    this.#witness.kept(erasure);
    if (erasure.doneAt !== null) await this.#look(erasure, client);
  }

  /** What is there of a person who is forgotten. */
  async #look({ id }: Pick<KeptErasure, 'id'>, client: Pick<PoolClient, 'query'>): Promise<void> {
    this.#witness.found(id, await rowsWithTraces(client, this.#witness.textsOf(id)));
  }

  /** When all is over: who was forgotten still is, and nobody else has lost anything. */
  async faults(
    { database, vault }: TestDatabase,
    { calls: { calls, optOuts }, plan }: { calls: CallWitness; plan: WorldPlan },
  ): Promise<string[]> {
    if (plan.erasures.length === 0) return [];
    const asked = [...plan.calls, ...plan.campaigns.flatMap((campaign) => campaign.calls)];
    const numbers = new Set(asked.map(({ body }) => body.to.replace('+91', '')));
    for (const id of this.#witness.done) await this.#look({ id }, database.hot);
    const clear = await rowsWithTraces(database.hot, [...numbers]);
    const kept = await database.hot.query<{ person: PersonHash }>('select person from phone_numbers');
    const known = new Set(kept.rows.map(({ person }) => person));
    const noes = await database.hot.query<{ no: string }>(
      `select person || ' ' || scope as no from opt_outs`,
    );
    const no = new Set(noes.rows.map((row) => row.no));
    return [
      ...clear.map(({ table, text }) => `${text} is in ${table}`),
      ...[...calls.values()]
        .filter((call) => !this.#forgotten.has(call.id) && !known.has(call.person))
        .map(({ id }) => `the number of ${id} is lost`),
      ...[...optOuts].flatMap(([person, scopes]) =>
        [...scopes]
          .filter((scope) => !no.has(`${person} ${scope}`))
          .map((scope) => `the no of ${person} to ${scope} is lost`),
      ),
      ...(await this.#reportFaults({ database, vault }, [...calls.values()])),
    ];
  }

  /** Campaigns count what they would have counted if nobody had been forgotten, but for answers that are one person's alone. */
  async #reportFaults(
    { database, vault }: Pick<TestDatabase, 'database' | 'vault'>,
    calls: readonly Call[],
  ): Promise<string[]> {
    const faults: string[] = [];
    const campaigns = Map.groupBy(calls, ({ campaignId }) => campaignId);
    for (const [id, ofCampaign] of campaigns) {
      if (id === null) continue;
      const report = await createCampaignCalls(database, vault).report(id as CampaignId, null);
      const counted = report.answers.flatMap(({ question, value, calls: times }) =>
        Array.from({ length: times }, () => `${question} ${value}`),
      );
      const expected = ofCampaign.flatMap((call) => this.#answersOf(call));
      if (counted.toSorted().join() !== expected.toSorted().join())
        faults.push(`${id} counts ${counted.toSorted().join()} and not ${expected.toSorted().join()}`);
      const all = report.calls.reduce((sum, row) => sum + row.calls, 0);
      if (all !== ofCampaign.length) faults.push(`${id} counts ${all} calls and has ${ofCampaign.length}`);
    }
    return faults;
  }

  #answersOf(call: Call): string[] {
    const { responses, isForgotten } = this.#witness.answersOf(call);
    return responses.map(({ question, value }) =>
      isForgotten && ofOnePerson.has(question) ? `${question} erased` : `${question} ${value}`,
    );
  }
}

/** Digits that somebody chose; all other questions of the flows of campaigns offer everybody the same answers. */
const ofOnePerson: ReadonlySet<string> = new Set(['q3', 'age']);

/** Who takes an erasure up, or puts it off, changes nothing of it. */
function mayChange(text: string): boolean {
  return /(insert into|update) (erasures|calls c set person)/.test(text) && !/set claimed_until/.test(text);
}

const selectForgotten = `select id from calls where starts_with(person, 'erased~') and id <> all($1) order by id`;
const selectErasures = `
select id, person, requested_at as "requestedAt", requested_by as "requestedBy", reaches_until as "reachesUntil", done_at as "doneAt",
  quiet_at as "quietAt", records_gone_at is not null as "recordsGone"
from erasures order by id`;
