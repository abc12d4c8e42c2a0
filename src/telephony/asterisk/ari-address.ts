/** Where ARI is, in the forms that its two ways in need. */
export interface AriAddress {
  /** `http://host:port` */
  origin: string;
  /** `/ari/`, or with Asterisk's `prefix` of http.conf before it. */
  basePath: string;
  eventsUrl(app: string): string;
}

/** @param url `http://host:port`, with or without `/ari`; throws a TypeError where it is no URL. */
export function ariAddress(url: string): AriAddress {
  const { origin, host, protocol, pathname } = new URL(url);
  const prefix = pathname.replace(/\/+$/, '').replace(/\/ari$/, '');
  const basePath = `${prefix}/ari/`;
  const scheme = protocol === 'https:' || protocol === 'wss:' ? 'wss' : 'ws';
  return {
    origin:
      origin === 'null' ? `http${scheme === 'wss' ? 's' : ''}://${host}` : origin.replace(/^ws/, 'http'),
    basePath,
    eventsUrl: (app) => `${scheme}://${host}${basePath}events?app=${encodeURIComponent(app)}`,
  };
}
