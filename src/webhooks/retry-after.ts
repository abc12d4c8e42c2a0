/**
 * What a `Retry-After` header asks for (RFC 9110, 10.2.3), in milliseconds from `now`: seconds, or a date, which in the past means 0.
 * Null when there is none, or none that can be understood.
 */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const value = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  if (!/^[A-Za-z]+,? .* GMT$/.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
