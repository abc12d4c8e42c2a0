import type { ApiClient } from '../support/api-client.ts';
import type { CallLab } from '../support/running-gateway.ts';
import { whenEnded } from './orchestrator.ts';
import type { CallRecord } from './tally.ts';

/** Waits until the call has ended, and its end was told. @param of.invites asked when it has: what the network saw of it */
export async function recordOf(
  { lab, api, settleMs }: { lab: CallLab; api: ApiClient; settleMs: number },
  of: { id: string; invites: () => number; wasOnTheLine: () => boolean },
): Promise<CallRecord> {
  const { gateway } = lab;
  const call = await whenEnded(api, of.id, settleMs);
  // What was being delivered when the process died comes again when its lease has ended.
  if (call.status === 'ended') await gateway.heard(of.id, 'call.ended', settleMs);
  return {
    call,
    events: gateway
      .events(of.id)
      .map(({ type, sequence, event }) => ({ type, sequence, response: responseIn(event) })),
    invites: of.invites(),
    wasOnTheLine: of.wasOnTheLine(),
  };
}

function responseIn(event: { data: Record<string, unknown> } | null): string | null {
  const response = event?.data['response'] as { question: string; value: string } | undefined;
  return response === undefined ? null : `${response.question}=${response.value}`;
}
