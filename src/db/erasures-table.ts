import type { ColumnType, Generated } from 'kysely';
import type { Instant, InstantOrNull } from './schema.ts';

/** Who is to be forgotten; see `Schema`. */
export interface ErasuresTable {
  id: string;
  person: string;
  requested_at: Instant;
  requested_by: string;
  reaches_until: Instant;
  claimed_until: ColumnType<number, Date | undefined, Date>;
  kept_sounds: Generated<string[]>;
  renditions: ColumnType<unknown, string | undefined, string>;
  asterisks: Generated<string[]>;
  quiet_at: ColumnType<number, Date | undefined, Date>;
  records_gone_at: InstantOrNull;
  done_at: InstantOrNull;
}
