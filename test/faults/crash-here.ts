import { crashVariable, type CrashPoint } from './crash-points.ts';

const [wantedPoint, wantedTime] = (process.env[crashVariable] ?? '').split(':');
let times = 0;

/** Ends this process as a power cut would, if this is the point, and the time, that it was started for. */
export function crashHere(point: CrashPoint): void {
  if (point !== wantedPoint) return;
  times += 1;
  if (times === Number(wantedTime)) process.kill(process.pid, 'SIGKILL');
}
