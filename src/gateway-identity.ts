import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { GatewayId } from './domain/asterisks/lease.ts';

/** Who this process is among the gateways, and which others it knows to have ended. */
export interface GatewayIdentity {
  id: GatewayId;
  /**
   * Whether that process has surely ended. Of processes on this machine the kernel says so, at once; of others only the end of
   * their leases does.
   */
  isDead: (other: GatewayId) => boolean;
}

/**
 * @param options.isAlone the database is this process's own, so that whoever is on record in it is of the past
 */
export function gatewayIdentity(options: { isAlone: boolean }): GatewayIdentity {
  const started = startOf(process.pid) ?? randomBytes(6).toString('hex');
  const id = [hostname(), process.pid, started, kernel()].join('/') as GatewayId;
  return { id, isDead: (other) => other !== id && (options.isAlone || hasEnded(other)) };
}

/** `host/pid/start/kernel`: the start tells processes with one number apart, the kernel says whose processes can be looked up here. */
function hasEnded(gateway: GatewayId): boolean {
  const [, pid = '', started, where] = gateway.split('/');
  return where === kernel() && where !== unknownKernel && startOf(Number(pid)) !== started;
}

const unknownKernel = 'unknown';

/** This start of this machine, and the part of it in which process numbers mean what they mean here (a container has its own). */
function kernel(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return unknownKernel;
  }
}

/** In ticks since the machine started; null where no such process runs. The command's name may hold blanks and brackets. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
  } catch {
    return null;
  }
}
