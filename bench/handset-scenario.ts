/** Where Debian's package `sip-tester` keeps its key presses: RFC 4733, payload type 101, as Asterisk offers it. */
const keyPresses = '/usr/share/sip-tester';

/**
 * SIPp's scenario of a phone that rings, is answered at once, presses one key after `pressAfterMs`, and listens until the other side hangs
 * up. Its own `play_dtmf` would press with payload type 96, which Asterisk does not take on calls that it places.
 */
export function handsetScenario({ pressAfterMs, key }: { pressAfterMs: number; key: string }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="handset">
  <recv request="INVITE" crlf="true"/>
  <send><![CDATA[
${reply('180 Ringing')}
Content-Length: 0

  ]]></send>
  <send retrans="500"><![CDATA[
${reply('200 OK')}
Content-Type: application/sdp
Content-Length: [len]

v=0
o=handset 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16

  ]]></send>
  <recv request="ACK"/>
  <pause milliseconds="${pressAfterMs}"/>
  <nop><action><exec play_pcap_audio="${keyPresses}/dtmf_2833_${key}.pcap"/></action></nop>
  <recv request="BYE"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

  ]]></send>
</scenario>
`;
}

function reply(status: string): string {
  return `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]-[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>`;
}
