import { readdir, readFile } from 'node:fs/promises';

/** Linux counts the CPU of processes in hundredths of a second, whatever its own ticks are (USER_HZ). */
const msPerTick = 10;

interface ProcessStat {
  parent: number;
  ownTicks: number;
  /** Of its children that have ended and were waited for. */
  endedChildrenTicks: number;
}

/** CPU that a process has used since it began, user and system, all its threads. Throws where there is no such process. */
export async function cpuOfProcessMs(pid: number): Promise<number> {
  return (await statOf(pid)).ownTicks * msPerTick;
}

/** The same of a process with all its descendants, those that have ended too: PostgreSQL is a process for each connection. */
export async function cpuOfTreeMs(root: number): Promise<number> {
  const stats = await statsOfAll();
  let ticks = 0;
  for (const pid of treeOf(stats, root)) {
    const stat = stats.get(pid);
    ticks += (stat?.ownTicks ?? 0) + (stat?.endedChildrenTicks ?? 0);
  }
  return ticks * msPerTick;
}

/** The child of a process that runs this program. Throws where there is none. */
export async function childOf(parent: number, program: string): Promise<number> {
  for (const [pid, stat] of await statsOfAll()) {
    if (stat.parent === parent && (await nameOf(pid)) === program) return pid;
  }
  throw new Error(`Process ${parent} has no child «${program}».`);
}

/** Memory that is in use now (RSS), in MB of 1,000,000 bytes. */
export async function residentMb(pid: number): Promise<number> {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kb ?? NaN) * 1024) / 1e6;
}

function treeOf(stats: ReadonlyMap<number, ProcessStat>, root: number): number[] {
  const children = [...stats].filter(([, stat]) => stat.parent === root).map(([pid]) => pid);
  return [root, ...children.flatMap((child) => treeOf(stats, child))];
}

async function statsOfAll(): Promise<Map<number, ProcessStat>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = await Promise.all(
    // one that ended between the listing and the reading is counted with its parent
    pids.map(async (pid): Promise<[number, ProcessStat][]> => {
      try {
        return [[pid, await statOf(pid)]];
      } catch {
        return [];
      }
    }),
  );
  return new Map(stats.flat());
}

/** proc_pid_stat(5); the fields are counted from the state, which follows the name in brackets. */
async function statOf(pid: number): Promise<ProcessStat> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    parent: field(4),
    ownTicks: field(14) + field(15),
    endedChildrenTicks: field(16) + field(17),
  };
}

async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}
