import { pingDatabase, type Database } from './db/database.ts';
import { migrationState } from './db/migrate.ts';
import type { DiskRoom } from './speech/disk-room.ts';
import { describeTrunks, type ToldTrunk } from './workflows/trunk-board.ts';
import type { Readiness } from './workflows/use-cases.ts';

/** Whether calls can be placed now: each part by name, and a sentence for the operator where it is not ready. */
export async function checkReadiness(parts: {
  database: Database;
  /** Of the Asterisks: a sentence where one is not well, though others are. */
  telephony: { ok: boolean; detail: string | null };
  /** How the trunks differ from those that other gateways dial by; null where they do not. */
  trunkDifference: string | null;
  /** Of the disk that sounds are kept on. */
  room: Pick<DiskRoom, 'problem'>;
  trunks: readonly ToldTrunk[];
  isDraining: boolean;
}): Promise<Readiness> {
  const databaseFault = await faultOf(pingDatabase(parts.database));
  const migrations =
    databaseFault === null ? await migrationFault(parts.database) : 'the database cannot be asked';
  const faults = {
    database: databaseFault,
    migrations,
    telephony: parts.telephony.ok ? null : (parts.telephony.detail ?? 'it is not ready'),
    disk: parts.room.problem(),
    trunks: parts.trunkDifference,
    draining: parts.isDraining ? 'the gateway is stopping' : null,
  };
  const names = Object.keys(faults) as (keyof typeof faults)[];
  // Told, and nothing more: another Asterisk is there; and calls whose trunks are drained or down wait, as they do at night. Who took a gateway out of
  // service because its trunks are drained could not ask it to resume them.
  const asides: Partial<Record<keyof typeof faults, string | null>> = {
    telephony: parts.telephony.detail,
    trunks: describeTrunks(parts.trunks),
  };
  const checks: Readiness['checks'] = names.map((name) => ({
    name,
    ok: faults[name] === null,
    detail: faults[name] ?? asides[name] ?? null,
  }));
  return { ready: checks.every((check) => check.ok), checks };
}

async function migrationFault(database: Database): Promise<string | null> {
  try {
    const { pending, unknown } = await migrationState(database);
    if (unknown.length > 0)
      return `a newer version of this program has changed the database: ${unknown.join(', ')}`;
    return pending.length > 0 ? `not yet applied: ${pending.join(', ')}` : null;
  } catch (error) {
    return sentenceOf(error);
  }
}

function faultOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => sentenceOf(error),
  );
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
