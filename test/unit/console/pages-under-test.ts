import { createVault } from '../../../src/db/vault.ts';
import { createConsole, type ConsoleNeeds } from '../../../src/console/create-console.ts';
import { sealSession } from '../../../src/console/session.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createRateLimiter } from '../../../src/lib/rate-limiter.ts';
import type { AppNeeds } from '../../../src/http/create-app.ts';
import type { UseCases } from '../../../src/workflows/use-cases.ts';
import { sampleKey } from '../../support/sample-call.ts';
import {
  adminKey,
  authenticateByName,
  fakeGateway,
  fakeUseCases,
  type FakeGateway,
} from '../http/fake-gateway.ts';

/** The operators' pages within the app that serves them, on use cases that always find something. */
export interface PagesUnderTest extends FakeGateway {
  /** As a browser that is signed in with this key asks; null: one that is not. */
  open(path: string, key?: string | null, headers?: Record<string, string>): Promise<Response>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
}

export const sealing = createVault(sampleKey);
/** Of a form that was sent from the page itself. */
export const fromHere = { 'Sec-Fetch-Site': 'same-origin' };
const hourMs = 3_600_000;

export function pagesUnderTest(
  overrides: Partial<UseCases> = {},
  changes: Partial<ConsoleNeeds> = {},
  needs: Partial<AppNeeds> = {},
): PagesUnderTest {
  const { useCases, asked } = fakeUseCases(overrides);
  const logged: FakeGateway['logged'] = [];
  const logAs = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Record<string, unknown>, message });
  const log = { debug: logAs('debug'), info: logAs('info'), warn: logAs('warn'), error: logAs('error') };
  const pages = createConsole({
    useCases,
    readiness: () => ({ ready: true, checks: [{ name: 'database', ok: true, detail: null }] }),
    authenticate: authenticateByName,
    rateLimiter: createRateLimiter(systemClock, { perSecond: 1_000_000 }),
    sealing,
    clock: systemClock,
    log,
    ...changes,
  });
  const { app } = fakeGateway({}, { pages, log, ...needs });
  return {
    ...{ app, asked, logged },
    open: async (path, key = adminKey, headers = {}) =>
      app.request(path, { headers: { ...(key === null ? {} : { Cookie: cookieOf(key) }), ...headers } }),
    post: async (path, form, headers = fromHere) =>
      app.request(path, { method: 'POST', body: new URLSearchParams(form), headers }),
  };
}

/** What a browser has after signing in with this key. */
export function cookieOf(key: string, until = Date.now() + hourMs): string {
  return `ivrs_session=${sealSession(sealing, { key, until })}`;
}

export async function textOf(response: Response | Promise<Response>): Promise<string> {
  return (await response).text();
}
