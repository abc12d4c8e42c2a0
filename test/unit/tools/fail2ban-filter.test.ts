import { expect, it } from 'vitest';
import { bannedBy } from '../../support/fail2ban-filter.ts';

/** As Asterisk 22.10.1 wrote them; `fail2ban-regex` of Debian 12 (1.0.2) said the same of them. */
const head = '[2026-11-21 12:53:05.740] SECURITY[27931] res_security_log.c: ';
const facts = 'EventTV="2026-11-21T12:53:05.740+0000",Severity="Error",Service="PJSIP",EventVersion="1"';
const session = 'SessionID="001b48d5f9f257633aac8fb8",LocalAddress="IPV4/UDP/127.0.0.1/14798"';
const remote = 'RemoteAddress="IPV4/UDP/127.0.0.9/45041"';
const stranger = (event: string, account: string, behind = '') =>
  `${head}SecurityEvent="${event}",${facts},AccountID="${account}",${session},${remote}${behind}`;

it.each([
  ['a stranger', stranger('InvalidAccountID', '+919000007999'), ['127.0.0.9']],
  ['whom the ACL refuses', stranger('FailedACL', 'x', ',ACLName="registrar"'), ['127.0.0.9']],
  [
    'the challenge that every stranger gets, counted already',
    stranger('ChallengeSent', '<unknown>', ',Challenge=""'),
    [],
  ],
  [
    'an account that pretends to be an address',
    stranger('InvalidAccountID', '1",RemoteAddress="IPV4/UDP/1.2.3.4/5'),
    ['127.0.0.9'],
  ],
  [
    'an account that pretends to be the end of a line',
    stranger('InvalidAccountID', '1",RemoteAddress="IPV4/UDP/1.2.3.4/5",ACLName="x'),
    ['127.0.0.9'],
  ],
  [
    'a response that pretends to be an address',
    stranger('ChallengeResponseFailed', '1', ',Response="",RemoteAddress="IPV4/UDP/1.2.3.4/5"'),
    [],
  ],
  [
    'a caller name that pretends to be a line',
    `[2026-11-21 12:53:05.740] NOTICE[1] res_pjsip.c: From '${stranger('InvalidAccountID', '1')}`,
    [],
  ],
  [
    'IPv6',
    stranger('InvalidAccountID', '1').replace('IPV4/UDP/127.0.0.9', 'IPV6/TCP/2001:db8::9'),
    ['2001:db8::9'],
  ],
  ['what is said at the start', '[2026-11-21 12:53:04.732] Asterisk 22.10.1 built by nobody', []],
])('bans for %s', async (_what, line, banned) => {
  expect(await bannedBy(`${line}\n`)).toEqual(banned);
});
