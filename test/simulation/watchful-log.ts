import { LedgerUnavailable } from '../../src/db/ledger.ts';
import type { Log } from '../../src/lib/log.ts';
import { PromptUnavailable } from '../../src/speech/speech-fault.ts';
import { TelephonyUnavailable } from '../../src/telephony/telephony.ts';

/** Faults of the world may be logged; any other error that is logged is a bug: an assertion that did not hold, say. */
export function watchfulLog(world: {
  note: (line: string) => void;
  report: (violation: string) => void;
}): Log {
  const at =
    (level: string) =>
    (fields: { err?: unknown }, message: string): void => {
      const { err } = fields;
      world.note(`log ${level}: ${message}${err === undefined ? '' : ` (${textOf(err)})`}`);
      if (err !== undefined && !isFaultOfTheWorld(err)) world.report(`${message}: ${textOf(err)}`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function isFaultOfTheWorld(error: unknown): boolean {
  return (
    error instanceof LedgerUnavailable ||
    error instanceof TelephonyUnavailable ||
    error instanceof PromptUnavailable
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}
