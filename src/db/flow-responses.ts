import type { FlowResponse } from '../domain/flows/flow-results.ts';
import { isoInstant } from '../lib/iso-instant.ts';
import type { Database } from './database.ts';
import { runQuery, withClient } from './run-query.ts';

export interface FlowResponseFilter {
  flowId: string;
  /** Null for all versions. */
  version: number | null;
  /** The place of the row that the page before ended with. */
  after: Pick<FlowResponse, 'callId' | 'question' | 'sharedBy'> | null;
  /** Given after this instant, and up to that one. */
  since: number | null;
  until: number | null;
  limit: number;
}

/** Along the index `calls_by_flow`, and for each call along the key of its responses: a page costs the same however many there are. */
const selectResponses = `
select r.call_id as "callId", r.question, r.person as "sharedBy", c.person, r.value, r.key, r.given_on as "givenOn", r.attempt,
  r.at, c.language, c.flow_version as "flowVersion"
from calls c join responses r on r.call_id = c.id
where c.flow_id = $1 and ($2::int is null or c.flow_version = $2)
  and c.id >= $3 and (c.id, r.question, r.person) > ($3, $4, $5)
  and r.at > $6::timestamptz and r.at <= $7::timestamptz
order by c.id, r.question, r.person limit $8`;

/** Responses to a flow's questions, by call in the order of the calls' making. */
export async function listFlowResponses(
  { hot }: Pick<Database, 'hot'>,
  { flowId, version, after, since, until, limit }: FlowResponseFilter,
): Promise<FlowResponse[]> {
  const values = [
    flowId,
    version,
    ...[after?.callId ?? '', after?.question ?? '', after?.sharedBy ?? ''],
    since === null ? '-infinity' : isoInstant(since),
    until === null ? 'infinity' : isoInstant(until),
    limit,
  ];
  return withClient(hot, (client) =>
    runQuery<FlowResponse>(client, { name: 'flow_responses', text: selectResponses, values }),
  );
}
