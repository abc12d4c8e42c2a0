import { readFile } from 'node:fs/promises';
import { parseTrunks, simulatorTrunk, simulatorTrunkWritten, type Trunk } from '../domain/calls/trunk.ts';
import { ConfigError, sentenceOf, type Config } from './config.ts';

/** The trunks of a file, as it has them and as they are read. */
export interface TrunksFile {
  revision: number;
  trunks: readonly Trunk[];
  written: readonly { name: string }[];
}

/**
 * The trunks of `IVRS_TRUNKS_FILE`, or the simulator's own.
 *
 * @throws ConfigError with every mistake of the file
 */
export async function readTrunks(config: Pick<Config, 'trunksFile'>): Promise<TrunksFile> {
  const file = config.trunksFile;
  if (file === null) return { revision: 0, trunks: [simulatorTrunk], written: [simulatorTrunkWritten] };
  const json = parseJson(await readText(file), file);
  const parsed = parseTrunks(json);
  if (parsed.result === 'parsed') {
    const { trunks: written } = json as { trunks: { name: string }[] };
    return { revision: parsed.revision, trunks: parsed.trunks, written };
  }
  throw new ConfigError(
    parsed.faults.map((fault) => `IVRS_TRUNKS_FILE (${file}): ${fault.pointer || 'it'} ${sentenceOf(fault)}`),
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new ConfigError([`IVRS_TRUNKS_FILE names ${file}, which cannot be read`]);
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([
      `IVRS_TRUNKS_FILE (${file}) is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
