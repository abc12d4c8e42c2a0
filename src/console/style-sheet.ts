import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import type { ConsoleEnv } from './console-env.ts';
import { base } from './paths.ts';

const css = readFileSync(new URL('style.css', import.meta.url), 'utf8');
const version = createHash('sha256').update(css).digest('hex').slice(0, 12);
const path = '/style.css';

/** Another one with each change: a browser may keep what it has for good. */
export const styleSheetPath = `${base}${path}?${version}`;

/** The one thing that is there for whoever is not signed in, beside the form. */
export function addStyleSheet(app: Hono<ConsoleEnv>): void {
  app.get(path, (c) => {
    c.set('route', `${base}${path}`);
    return c.body(css, 200, {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
    });
  });
}
