import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { base } from './paths.ts';
import { longestSessionMs } from './session.ts';

const name = 'ivrs_session';

export function readSessionCookie(c: Context): string | undefined {
  return getCookie(c, name);
}

export function setSessionCookie(c: Context, sealed: string): void {
  setCookie(c, name, sealed, { ...attributesOf(c), maxAge: longestSessionMs / 1000 });
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, name, attributesOf(c));
}

function attributesOf(c: Context) {
  return { path: base, httpOnly: true, sameSite: 'Strict', secure: cameOverHttps(c) } as const;
}

/**
 * TLS is the business of a proxy, which says so. Anybody may write that header: who does makes their own cookie stricter, and nobody else's; without it
 * the cookie of all who come through a proxy would be sent in clear, too.
 */
function cameOverHttps(c: Context): boolean {
  const [forwarded = ''] = (c.req.header('X-Forwarded-Proto') ?? '').split(',');
  return new URL(c.req.url).protocol === 'https:' || forwarded.trim().toLowerCase() === 'https';
}
