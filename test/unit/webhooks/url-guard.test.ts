import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mayConnectTo } from '../../../src/webhooks/address-guard.ts';
import { checkWebhookUrl } from '../../../src/webhooks/url-guard.ts';
import { hostileUrls } from './hostile-urls.ts';

const production = { allowPrivate: false };
const development = { allowPrivate: true };

describe('the URL of a webhook endpoint', () => {
  test.each(hostileUrls)('%j is refused, and it is said why', (text) => {
    expect(checkWebhookUrl(text, production)).toEqual({
      allowed: false,
      detail: expect.stringMatching(/^(must|may not|points to|names) .+[^.]$/) as string,
    });
  });

  test.each([
    ['https://example.org/', 'https://example.org/'],
    ['https://example.org', 'https://example.org/'],
    ['HTTPS://Hooks.Example.ORG/ivrs?key=1', 'https://hooks.example.org/ivrs?key=1'],
    ['https://example.org./', 'https://example.org./'],
    ['https://example.org:443/', 'https://example.org/'],
    ['https://example.org:8443/', 'https://example.org:8443/'],
    ['https://शिक्षा.भारत/', 'https://xn--11b9de2ac9f.xn--h2brj9c/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://172.32.0.1/', 'https://172.32.0.1/'],
    ['https://100.128.0.1/', 'https://100.128.0.1/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://localhost.example.org/', 'https://localhost.example.org/'],
  ])('%s is allowed', (text, href) => {
    const verdict = checkWebhookUrl(text, production);
    expect(verdict.allowed && verdict.url.href).toBe(href);
  });

  test.each([
    'http://127.0.0.1:34567/hook',
    'http://localhost:3000/',
    'https://10.1.2.3/',
    'http://192.168.1.7:8080/',
    'http://[::1]:9000/',
    'http://[fd12::1]/',
    'http://receiver:8080/',
    'https://example.org/',
  ])('%s is allowed for development', (text) => {
    expect(checkWebhookUrl(text, development).allowed).toBe(true);
  });

  test.each([
    'http://169.254.169.254/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://100.100.100.200/',
    'http://[::ffff:127.0.0.1]/',
    'http://user:secret@localhost/',
    'http://localhost:5432/',
    'ftp://localhost/',
  ])('%s is refused even for development', (text) => {
    expect(checkWebhookUrl(text, development).allowed).toBe(false);
  });

  test('is never allowed to be anything but a public https URL without credentials, whatever text comes', () => {
    const text = fc.oneof(
      fc.webUrl(),
      fc.string(),
      fc.ipV4Extended().map((ip) => `https://${ip}/`),
    );
    fc.assert(
      fc.property(text, (input) => {
        const verdict = checkWebhookUrl(input, production);
        if (!verdict.allowed) return;
        expect(verdict.url.protocol).toBe('https:');
        expect(verdict.url.username + verdict.url.password + verdict.url.hash).toBe('');
      }),
    );
  });
});

describe('an address', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255', '9.255.255.255', '11.0.0.0'],
    ['100.64.0.0/10', '100.64.0.0', '100.127.255.255', '100.63.255.255', '100.128.0.0'],
    ['127.0.0.0/8', '127.0.0.0', '127.255.255.255', '126.255.255.255', '128.0.0.0'],
    ['169.254.0.0/16', '169.254.0.0', '169.254.255.255', '169.253.255.255', '169.255.0.0'],
    ['172.16.0.0/12', '172.16.0.0', '172.31.255.255', '172.15.255.255', '172.32.0.0'],
    ['192.168.0.0/16', '192.168.0.0', '192.168.255.255', '192.167.255.255', '192.169.0.0'],
    ['198.18.0.0/15', '198.18.0.0', '198.19.255.255', '198.17.255.255', '198.20.0.0'],
    ['224.0.0.0/3', '224.0.0.0', '255.255.255.255', '223.255.255.255', null],
    ['2002::/16', '2002::', '2002:ffff::', '2001:4860::', '2003::'],
    ['outside 2000::/3', '4000::', '1fff::', '2400::', '2fff::'],
  ])(
    'of %s is refused from its first to its last, and its neighbours are not',
    (_, first, last, before, after) => {
      const verdicts = [first, last, before, after].map(
        (address) => address !== null && mayConnectTo(address, production),
      );
      expect(verdicts).toEqual([false, false, true, after !== null]);
    },
  );

  test('that is none is refused', () => {
    for (const text of ['', 'example.org', '127.0.0.1.', '[::1]', 'fe80::1%eth0', '1.2.3', '0x8.8.8.8']) {
      expect(mayConnectTo(text, production)).toBe(false);
      expect(mayConnectTo(text, development)).toBe(false);
    }
  });

  test('of IPv4 written as IPv6 is refused whatever it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:'), (ip, prefix) => {
        expect(mayConnectTo(`${prefix}${ip}`, production)).toBe(false);
      }),
    );
  });
});
