import { readFile } from 'node:fs/promises';
import { parseTrunks, simulatorTrunk, type Trunk } from '../domain/calls/trunk.ts';
import { ConfigError, type Config } from './config.ts';

/**
 * The trunks of `IVRS_TRUNKS_FILE`, or the simulator's own.
 *
 * @throws ConfigError with every mistake of the file
 */
export async function readTrunks(config: Pick<Config, 'trunksFile'>): Promise<Trunk[]> {
  const file = config.trunksFile;
  if (file === null) return [simulatorTrunk];
  const parsed = parseTrunks(parseJson(await readText(file), file));
  if (parsed.result === 'parsed') return parsed.trunks;
  throw new ConfigError(
    parsed.faults.map(({ pointer, detail }) => `IVRS_TRUNKS_FILE (${file}): ${pointer || 'it'} ${detail}`),
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
