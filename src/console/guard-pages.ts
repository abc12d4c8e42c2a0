import type { MiddlewareHandler } from 'hono';
import type { ConsoleEnv } from './console-env.ts';

/** No script, no frame, nothing from elsewhere, and nothing left behind in a browser that others use as well. */
const headers = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** For every answer below `/console`, whatever it is. */
export const guardPages: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  await next();
};
