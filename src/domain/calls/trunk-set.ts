import type { Trunk } from './trunk.ts';

/** All trunks of a file. Of two that differ, the one with the higher revision is meant to replace the other. */
export interface TrunkSet {
  readonly revision: number;
  readonly trunks: readonly Trunk[];
}

/**
 * - `use`: what is in force is what this gateway has.
 * - `put`: this gateway's are to be in force from now on.
 * - `wait`: they differ, and others work with those in force: sentences that say how.
 */
export type TrunkSetMove = { do: 'use' } | { do: 'put' } | { do: 'wait'; differences: string[] };

/**
 * Limits of a trunk hold over all gateways only where all count with the same ones. So a gateway whose trunks differ does not dial, unless its set
 * is newer by its revision, or nobody else is there to differ from.
 */
export function decideTrunkSet(
  mine: TrunkSet,
  seen: { inForce: TrunkSet | null; isAlone: boolean },
): TrunkSetMove {
  const { inForce, isAlone } = seen;
  if (inForce === null) return { do: 'put' };
  const differences = differencesOf(mine.trunks, inForce.trunks);
  if (mine.revision > inForce.revision) return { do: 'put' };
  if (differences.length === 0) return { do: 'use' };
  return isAlone ? { do: 'put' } : { do: 'wait', differences };
}

function differencesOf(mine: readonly Trunk[], inForce: readonly Trunk[]): string[] {
  const find = (trunks: readonly Trunk[], name: string): Trunk | undefined =>
    trunks.find((trunk) => trunk.name === name);
  const names = new Set([...inForce, ...mine].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [ours, theirs] = [find(mine, name), find(inForce, name)];
    if (ours === undefined) return [`trunk ${name} is in force and not in this gateway's file`];
    if (theirs === undefined) return [`trunk ${name} is in this gateway's file and not in force`];
    return fieldsOf(ours, theirs).map(
      (field) => `trunk ${name}: ${field} is ${shown(ours[field])} here and ${shown(theirs[field])} in force`,
    );
  });
}

function fieldsOf(one: Trunk, other: Trunk): (keyof Trunk)[] {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Trunk>;
  return [...fields].filter((field) => shown(one[field]) !== shown(other[field]));
}

/** In one order of members, whatever that of the files is. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
