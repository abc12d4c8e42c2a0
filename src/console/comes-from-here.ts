/**
 * Whether a form was sent from one of our own pages. Browsers say so in `Sec-Fetch-Site`, over https and on this machine; else the `Origin` must be
 * the host that is asked. A browser that says neither is not let in, and no other program has reason to come.
 */
export function comesFromHere(headers: Headers): boolean {
  const site = headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('Origin') ?? '';
  return URL.canParse(origin) && new URL(origin).host === headers.get('Host');
}
