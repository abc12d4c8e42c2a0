/**
 * Stands for a call that is live: wants to run for a moment every 20 ms, as whoever sends packets does, and keeps how late it was let. Writes the
 * percentiles in milliseconds when it is told to end.
 */
import { percentilesOf } from './percentiles.ts';

const everyMs = 20;
const lateMs: number[] = [];
let dueAt = performance.now() + everyMs;
function beat(): void {
  const now = performance.now();
  lateMs.push(Math.max(0, now - dueAt));
  dueAt = Math.max(dueAt + everyMs, now);
  timer = setTimeout(beat, dueAt - now);
}
let timer = setTimeout(beat, everyMs);
process.once('SIGTERM', () => {
  clearTimeout(timer);
  process.stdout.write(`${JSON.stringify(percentilesOf(lateMs))}\n`);
});
process.stdout.write('ready\n');
