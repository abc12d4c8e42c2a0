import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseTrunks, simulatorTrunk, simulatorTrunkWritten } from '../domain/calls/trunk.ts';
import { sentenceOf, type TrunksFile } from './config.ts';
import type { Environment } from './environment.ts';

/** Where a real Asterisk's trunks are kept unless somebody says otherwise. */
export const usualTrunksFile = 'asterisk/trunks.json';

const variable = 'IVRS_TRUNKS_FILE';
const noTrunks: TrunksFile = { revision: 0, trunks: [], written: [] };

/** The trunks of `IVRS_TRUNKS_FILE`; where it is unset, the simulator has a trunk of its own, and a real Asterisk's are the operator's. */
export function readTrunks(env: Environment, telephony: 'asterisk' | 'simulator'): TrunksFile {
  const named = env.text(variable);
  if (named === undefined && telephony === 'simulator')
    return { revision: 0, trunks: [simulatorTrunk], written: [simulatorTrunkWritten] };
  const path = resolve(named ?? usualTrunksFile);
  const json = readJson(env, path);
  if (json === undefined) return noTrunks;
  const parsed = parseTrunks(json);
  if (parsed.result === 'parsed') {
    const { trunks: written } = json as { trunks: { name: string }[] };
    return { revision: parsed.revision, trunks: parsed.trunks, written };
  }
  for (const fault of parsed.faults)
    env.mistake(variable, `(${path}): ${fault.pointer || 'it'} ${sentenceOf(fault)}`);
  return noTrunks;
}

/** Undefined where that is a mistake, which was told. */
function readJson(env: Environment, path: string): unknown {
  const text = readText(path);
  if (text === null) {
    env.mistake(variable, `names ${path}, which cannot be read`);
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    env.mistake(variable, `(${path}) is not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
