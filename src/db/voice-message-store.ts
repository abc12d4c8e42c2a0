import type { Selectable } from 'kysely';
import type { PersonHash } from '../domain/calls/call.ts';
import type { CallId, VoiceMessageId } from '../domain/ids.ts';
import type { KeptPrompt, StoredVoiceMessage } from '../domain/voice-messages/voice-message.ts';
import type { Database } from './database.ts';
import { translated } from './run-query.ts';
import type { Schema } from './schema.ts';

/** What is on record of voice messages; they come there with the move of their call. */
export interface VoiceMessageStore {
  /** Newest first, by id. */
  list(filter: VoiceMessageFilter): Promise<StoredVoiceMessage[]>;
  get(id: VoiceMessageId): Promise<StoredVoiceMessage | null>;
  /** False when there was none. */
  delete(id: VoiceMessageId): Promise<boolean>;
  /** Those of these ids that are on record. */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Messages of calls that we made that are for the library and not in it yet, oldest first. */
  waitingForLibrary(limit: number): Promise<StoredVoiceMessage[]>;
  /** What became of one; the first word stands. */
  settle(id: VoiceMessageId, kept: Exclude<KeptPrompt, { state: 'waiting' }>): Promise<void>;
}

export interface VoiceMessageFilter {
  callId?: CallId;
  question?: string;
  referenceNumber?: string;
  recordedAfter?: number;
  before?: VoiceMessageId;
  limit: number;
}

export function createVoiceMessageStore({ query }: Database): VoiceMessageStore {
  const selected = query
    .selectFrom('voice_messages as v')
    .innerJoin('calls as c', 'c.id', 'v.call_id')
    .selectAll('v')
    .select(['c.person', 'c.to_masked', 'c.language', 'c.flow_id', 'c.flow_version', 'c.reference']);
  return {
    async list({ callId, question, referenceNumber, recordedAfter, before, limit }) {
      let select = selected.orderBy('v.id', 'desc').limit(limit);
      if (callId !== undefined) select = select.where('v.call_id', '=', callId);
      if (question !== undefined) select = select.where('v.question', '=', question);
      if (referenceNumber !== undefined) select = select.where('v.reference_number', '=', referenceNumber);
      if (recordedAfter !== undefined)
        select = select.where('v.recorded_at', '>', new Date(recordedAfter) as never);
      if (before !== undefined) select = select.where('v.id', '<', before);
      return (await translated(() => select.execute())).map(messageOf);
    },
    async get(id) {
      const row = await translated(() => selected.where('v.id', '=', id).executeTakeFirst());
      return row === undefined ? null : messageOf(row);
    },
    async delete(id) {
      const deleted = await translated(() =>
        query.deleteFrom('voice_messages').where('id', '=', id).executeTakeFirst(),
      );
      return deleted.numDeletedRows > 0n;
    },
    async known(ids) {
      if (ids.length === 0) return new Set();
      const rows = await translated(() =>
        query.selectFrom('voice_messages').select('id').where('id', 'in', ids).execute(),
      );
      return new Set(rows.map((row) => row.id));
    },
    async waitingForLibrary(limit) {
      const select = selected
        .where('v.prompt_id', 'is not', null)
        .where('v.prompt_version', 'is', null)
        .where('v.prompt_refusal', 'is', null)
        .where('c.direction', '=', 'outgoing')
        .orderBy('v.id')
        .limit(limit);
      return (await translated(() => select.execute())).map(messageOf);
    },
    async settle(id, kept) {
      const update = query
        .updateTable('voice_messages')
        .set(kept.state === 'kept' ? { prompt_version: kept.version } : { prompt_refusal: kept.detail })
        .where('id', '=', id)
        .where('prompt_version', 'is', null)
        .where('prompt_refusal', 'is', null);
      await translated(() => update.execute());
    },
  };
}

type Row = Selectable<
  Schema['voice_messages'] &
    Pick<Schema['calls'], 'person' | 'to_masked' | 'language' | 'flow_id' | 'flow_version' | 'reference'>
>;

function promptOf({ prompt_id: id, prompt_language: language }: Row): StoredVoiceMessage['prompt'] {
  return id === null || language === null ? null : { id, language };
}

function keptOf({ prompt_id: id, prompt_version: version, prompt_refusal: detail }: Row): KeptPrompt | null {
  if (id === null) return null;
  if (version !== null) return { state: 'kept', version };
  return detail === null ? { state: 'waiting' } : { state: 'refused', detail };
}

function messageOf(row: Row): StoredVoiceMessage {
  return {
    id: row.id as VoiceMessageId,
    callId: row.call_id as CallId,
    question: row.question,
    attempt: row.attempt,
    referenceNumber: row.reference_number,
    durationMs: row.duration_ms,
    recordedAt: row.recorded_at,
    prompt: promptOf(row),
    kept: keptOf(row),
    person: row.person as PersonHash,
    fromMasked: row.to_masked,
    language: row.language,
    flow: { id: row.flow_id, version: row.flow_version },
    reference: row.reference,
  };
}
