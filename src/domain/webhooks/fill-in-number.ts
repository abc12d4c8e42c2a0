interface EventText {
  data?: {
    call?: { to?: unknown; from?: unknown; direction?: unknown };
    missed_call?: { from?: unknown };
    from?: unknown;
  };
}

/**
 * The event's text with the person's number in clear, for an endpoint that may have it: never stored, the same bytes each time.
 * Only the fields that show this person's number are changed: a call's `to`, or its `from` where it came in, and `from` beside the call; in an
 * event of no call `from` of the missed call, of the opt-in or of the opt-out. What is null stays so: it was withheld, or erased.
 */
export function fillInNumber(body: string, number: string): string {
  const event = JSON.parse(body) as EventText;
  const { data } = event;
  if (data === undefined) return body;
  const isFilled = data.call === undefined ? fillInOfNoCall(data, number) : fillInOfCall(data, number);
  return isFilled ? JSON.stringify(event) : body;
}

type EventData = NonNullable<EventText['data']>;

function fillInOfCall(data: EventData, number: string): boolean {
  const call = data.call ?? {};
  const side = call.direction === 'incoming' ? 'from' : 'to';
  const masked = call[side];
  if (typeof masked !== 'string') return false;
  call[side] = number;
  if (data.from === masked) data.from = number;
  return true;
}

function fillInOfNoCall(data: EventData, number: string): boolean {
  const shown = data.missed_call ?? data;
  if (typeof shown.from !== 'string') return false;
  shown.from = number;
  return true;
}
