import { createHash } from 'node:crypto';
import type { PoolClient, QueryConfig } from 'pg';
import type { CallId } from '../domain/ids.ts';
import { assert } from '../lib/assert.ts';
import { mapInPortions } from '../lib/in-portions.ts';
import { acceptCalls } from './accept-calls-statement.ts';
import { handingOver, type MadeDelivery } from './hand-over.ts';
import type { AcceptAllResult, AcceptResult, Acceptance, IdempotencyRequest } from './ledger.ts';
import { daysOf, eventRowOf, newCallRowOf, partsOf, responsesOf } from './move-rows.ts';
import { acceptCall, acceptCallOnce } from './move-statements.ts';
import type { MoveWriterDependencies } from './move-writer.ts';
import { parametersOf } from './row-columns.ts';
import { isRefusal, runQuery, sqlState, withClient } from './run-query.ts';
import type { Vault } from './vault.ts';
import { eventTypes, newCallTypes } from './written-columns.ts';

interface AcceptorDependencies extends MoveWriterDependencies {
  vault: Vault;
  /** Deliveries were made that nobody was told of. */
  onLeft: () => void;
  /** For what is stored by the hundred. */
  onBulk: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  /** Resolves with what was made, after all that was given before. */
  inOrder: <T>(made: Promise<T>) => Promise<T>;
}

interface AcceptRow {
  acquired: boolean;
  accepted: boolean;
  campaign_open: boolean;
  deliveries: MadeDelivery[] | null;
  body_hash: string | null;
  call_id: string | null;
  reply: string | null;
}

/** Stores a new call, its number in the vault, and the reply under its idempotency key, in one statement. See `Ledger.accept`. */
export async function storeAcceptance(
  deps: AcceptorDependencies,
  acceptance: Acceptance,
): Promise<AcceptResult> {
  const { call } = acceptance.transition;
  assert(
    call.person === deps.vault.personOf(acceptance.number),
    'the person of a call is the hash of its number',
  );
  await deps.days.ensure(daysOf([acceptance.transition]));
  for (;;) {
    const handing = handingOver(deps.handsOver);
    const query = queryFor(deps, acceptance, handing.parameter);
    const row = await withClient(
      deps.pool,
      async (client) => (await runQuery<AcceptRow>(client, query))[0],
    ).catch((error: unknown) => {
      if (isRefusal(error, sqlState.uniqueViolation, 'calls_reference_once_in_campaign')) return null;
      throw error;
    });
    if (row === null) return { result: 'already_there' };
    assert(row, 'the statement returns one row');
    const result = resultOf(row, acceptance.idempotency);
    if (result === null) continue; // the first of several was committed since the statement began
    if (result.result === 'accepted') {
      deps.onKept(call);
      handing.made(row.deliveries, acceptance.transition.events);
    }
    return result;
  }
}

/** See `Ledger.acceptAll`. What comes is stored in its order; it is made ready, and sent, while what came before is stored. */
export async function storeAcceptances(
  deps: AcceptorDependencies,
  acceptances: readonly Acceptance[],
): Promise<AcceptAllResult> {
  const query = await deps.inOrder(queryForAll(deps, acceptances));
  const [row] = await deps.onBulk((client) => runQuery<AcceptAllRow>(client, query));
  assert(row, 'the statement returns one row');
  if (!row.campaign_open) return { result: 'campaign_over' };
  if (row.ids.length > 0 && row.left_deliveries) deps.onLeft();
  return { result: 'accepted', ids: new Set(row.ids) };
}

interface AcceptAllRow {
  campaign_open: boolean;
  left_deliveries: boolean;
  ids: CallId[];
}

async function queryForAll(
  deps: AcceptorDependencies,
  acceptances: readonly Acceptance[],
): Promise<QueryConfig> {
  const transitions = acceptances.map(({ transition }) => transition);
  await deps.days.ensure(daysOf(transitions));
  const rows = await mapInPortions(acceptances, ({ transition, number }) => ({
    ...newCallRowOf(transition),
    sealed_number: deps.vault.seal(number, transition.call.person).toString('base64'),
  }));
  const events = transitions.flatMap((transition) => transition.events.map(eventRowOf));
  const values = [
    ...parametersOf(newCallTypes, rows),
    ...parametersOf(eventTypes, events),
    responsesOf(transitions, deps.stored),
  ];
  return { name: 'accept_calls', text: acceptCalls, values };
}

const findKey = 'select body_hash, call_id, reply from idempotency_keys where owner = $1 and key = $2';
/** Who stores a call has this lock alone. It is free again when this statement ends, and those who only look share it. */
const lookAtLock = 'select pg_try_advisory_xact_lock_shared($1::bigint) as acquired';

/** See `Ledger.acceptedBefore`. The lock is looked at first: what was stored until it was free, the second statement sees. */
export async function findAccepted(
  client: PoolClient,
  request: IdempotencyRequest,
): Promise<Extract<AcceptResult, { result: 'replayed' | 'key_reused' | 'still_running' }> | null> {
  const lock = { name: 'look_at_lock', text: lookAtLock, values: [lockOf(request.owner, request.key)] };
  const [looked] = await runQuery<{ acquired: boolean }>(client, lock);
  if (looked?.acquired === false) return { result: 'still_running' };
  const query = { name: 'find_key', text: findKey, values: [request.owner, request.key] };
  const [row] = await runQuery<{ body_hash: string; call_id: string; reply: string }>(client, query);
  if (row === undefined) return null;
  if (row.body_hash !== request.bodyHash) return { result: 'key_reused' };
  return { result: 'replayed', callId: row.call_id as CallId, reply: row.reply };
}

function resultOf(row: AcceptRow, idempotency: IdempotencyRequest | null): AcceptResult | null {
  if (row.accepted) return { result: 'accepted' };
  if (row.body_hash !== null && row.call_id !== null && row.reply !== null) {
    if (row.body_hash !== idempotency?.bodyHash) return { result: 'key_reused' };
    return { result: 'replayed', callId: row.call_id as CallId, reply: row.reply };
  }
  if (!row.campaign_open) return { result: 'campaign_over' };
  return row.acquired ? null : { result: 'still_running' };
}

function queryFor(
  deps: AcceptorDependencies,
  { transition, number, idempotency, reply }: Acceptance,
  handOver: string,
): QueryConfig {
  const { person } = transition.call;
  const values = [
    JSON.stringify(newCallRowOf(transition)),
    ...partsOf([transition], deps.stored),
    deps.vault.seal(number, person),
  ];
  if (idempotency === null) return { name: 'accept_call', text: acceptCall, values: [...values, handOver] };
  const { owner, key, bodyHash } = idempotency;
  return {
    name: 'accept_call_once',
    text: acceptCallOnce,
    values: [...values, owner, key, bodyHash, reply, lockOf(owner, key), handOver],
  };
}

/** A number of 64 bits for the advisory lock; two keys that share one would at worst answer «still running» to each other for a moment. */
function lockOf(owner: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, key]))
    .digest()
    .readBigInt64BE()
    .toString();
}
