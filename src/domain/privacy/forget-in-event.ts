/** What is known of an event's or a reply's JSON here; whatever else is in it stays as it is. */
type Json = Record<string, unknown>;

/**
 * The text of an event without whatever tells of a person: the same fields, so that it keeps its schema, the same id, instant and place in the order of
 * its call. What an endpoint with numbers in clear is sent is made of this text, too, and what is null stays null.
 */
export function forgetInEvent(body: string): string {
  const event = JSON.parse(body) as { data?: Json };
  return JSON.stringify({ ...event, ...(event.data ? { data: forgetInData(event.data) } : {}) });
}

/** The same of the stored reply to a request for a call, which is the call as it is shown. */
export function forgetInReply(reply: string): string {
  return JSON.stringify(forgetInCall(JSON.parse(reply) as Json));
}

function forgetInData(data: Json): Json {
  return {
    ...data,
    ...changed(data, 'call', forgetInCall),
    ...changed(data, 'attempt', withoutRecording),
    ...changed(data, 'response', forgetInResponse),
    ...changed(data, 'missed_call', (call) => ({ ...call, from: null })),
    ...changed(data, 'proof', ({ key: _, ...proof }) => proof),
    ...changed(data, 'voice_message', (message) => ({ ...message, reference_number: '' })),
    ...changed(data, 'transfer', (transfer) => ({ ...transfer, to: null })),
    ...changed(data, 'call_back_request', forgetInCallBack),
    ...('from' in data ? { from: null } : {}),
    ...('person' in data ? { person: null } : {}),
    ...('reference_number' in data ? { reference_number: '' } : {}),
  };
}

function forgetInCall(call: Json): Json {
  const attempts = Array.isArray(call['attempts']) ? (call['attempts'] as Json[]) : [];
  return {
    ...call,
    ...('id' in call
      ? {
          ...{ reference: null, to: null, from: null, responses: [], result: null, people: [], metadata: {} },
          attempts: attempts.map(withoutRecording),
        }
      : {}),
  };
}

function withoutRecording(attempt: Json): Json {
  return { ...attempt, recording: null };
}

function forgetInResponse({ consent: _, ...response }: Json): Json {
  return { ...response, value: '', key: null, correct: null, person: null };
}

/** Of who asked to be called, and of the same when it is done. */
function forgetInCallBack(request: Json): Json {
  const gone = { value: '', person: null, reference: null, result: null };
  return { ...request, ...Object.fromEntries(Object.entries(gone).filter(([name]) => name in request)) };
}

/** Empty where the field is not there, or null. */
function changed(data: Json, name: string, change: (value: Json) => Json): Json {
  const value = data[name];
  return typeof value === 'object' && value !== null ? { [name]: change(value as Json) } : {};
}
