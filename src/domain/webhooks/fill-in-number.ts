interface EventText {
  data?: { call?: { to?: unknown; from?: unknown; direction?: unknown }; from?: unknown };
}

/**
 * The event's text with the person's number in clear, for an endpoint that may have it: never stored, the same bytes each time.
 * Only the fields that show this person's number are changed: a call's `to`, or its `from` where it came in, and `from` beside the call.
 */
export function fillInNumber(body: string, number: string): string {
  const event = JSON.parse(body) as EventText;
  const { data } = event;
  const call = data?.call;
  if (data === undefined || call === undefined) return body;
  const side = call.direction === 'incoming' ? 'from' : 'to';
  const masked = call[side];
  if (typeof masked !== 'string') return body;
  call[side] = number;
  if (data.from === masked) data.from = number;
  return JSON.stringify(event);
}
