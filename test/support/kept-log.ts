import type { Log } from '../../src/lib/log.ts';

/** A log that keeps its lines for the test to look at. */
export interface KeptLog extends Log {
  lines: { level: string; fields: object; message: string }[];
}

export function keptLog(): KeptLog {
  const lines: KeptLog['lines'] = [];
  const at =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
