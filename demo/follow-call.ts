import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, TimelineLine } from './api-client.ts';
import type { Story } from './story.ts';

const endsWithinMs = 90_000;
const lookEveryMs = 250;

/**
 * Tells what happens in a call, as it happens, until `ended` resolves.
 *
 * @returns its whole timeline
 * @throws Error when that takes longer than any call of the demonstration
 */
export async function followCall(
  api: ApiClient,
  { id, story, ended }: { id: string; story: Story; ended: Promise<unknown> },
): Promise<TimelineLine[]> {
  const startedAt = Date.now();
  const over = ended.then(() => 'over' as const);
  let shown = 0;
  const look = async (): Promise<TimelineLine[]> => {
    const { data } = await api.get<{ data: TimelineLine[] }>(`/v1/calls/${id}/timeline`);
    for (const line of data.slice(shown)) story.tellTimeline(line);
    shown = data.length;
    return data;
  };
  while ((await Promise.race([over, pause(lookEveryMs)])) !== 'over') {
    await look();
    story.show(Date.now() - lookEveryMs);
    if (Date.now() - startedAt > endsWithinMs)
      throw new Error(`no call.ended came within ${endsWithinMs / 1000} s`);
  }
  const timeline = await look();
  story.show(Infinity);
  return timeline;
}
