/** A SIP message (RFC 3261), as far as a handset needs to understand it. */
export interface SipMessage {
  /** `INVITE sip:… SIP/2.0`. */
  startLine: string;
  method: string;
  header(name: string): string;
  /** Lines of this name in their order: every proxy adds a Via. */
  headerLines(name: string): string[];
  body: string;
}

export function parseSip(text: string): SipMessage {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  const [startLine = '', ...lines] = head.split('\r\n');
  const headerLines = (name: string): string[] =>
    lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return {
    startLine,
    method: startLine.split(' ', 1)[0] ?? '',
    body,
    headerLines,
    header: (name) =>
      headerLines(name)[0]
        ?.slice(name.length + 1)
        .trim() ?? '',
  };
}

/** A reply to a request. @param answer.tag of this side of the dialogue */
export function replyTo(
  request: SipMessage,
  answer: { status: string; tag: string; contact: string; sdp?: string },
): string {
  const to = request.header('To');
  const sdp = answer.sdp ?? '';
  return [
    `SIP/2.0 ${answer.status}`,
    ...request.headerLines('Via'),
    ...request.headerLines('Record-Route'),
    `From: ${request.header('From')}`,
    `To: ${to.includes(';tag=') ? to : `${to};tag=${answer.tag}`}`,
    `Call-ID: ${request.header('Call-ID')}`,
    `CSeq: ${request.header('CSeq')}`,
    `Contact: <${answer.contact}>`,
    ...(sdp === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(sdp)}`,
    '',
    sdp,
  ].join('\r\n');
}

/** Where the other side wants its sound, and the payload types that it offers, by name. */
export function readOffer(sdp: string): { address: string; port: number; types: Map<string, number> } {
  const wellKnown: [string, number][] = [
    ['PCMU', 0],
    ['PCMA', 8],
    ['G722', 9],
  ];
  const offered = /^m=audio (\d+) \S+ ([\d ]+)/m.exec(sdp);
  const numbers = (offered?.[2] ?? '').trim().split(' ').map(Number);
  const mapped = [...sdp.matchAll(/^a=rtpmap:(\d+) ([\w-]+)\//gm)].map(([, type, name]): [string, number] => [
    (name ?? '').toUpperCase(),
    Number(type),
  ]);
  return {
    address: /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '',
    port: Number(offered?.[1] ?? 0),
    types: new Map([...wellKnown, ...mapped].filter(([, type]) => numbers.includes(type))),
  };
}
