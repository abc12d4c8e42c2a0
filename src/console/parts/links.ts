import { html, none, outside, whole, type Html } from '../html.ts';
import { base } from '../paths.ts';

/** Links are made of ids of ours and of nothing else: what comes from outside is only ever their words. */
export function callLink(id: string, words: string = id): Html {
  const shown = words === id ? whole(id) : outside(words);
  return html`<a href="${base}/calls/${encodeURIComponent(id)}">${shown}</a>`;
}

export function campaignLink(id: string | null, words: string | null = id): Html {
  if (id === null) return none;
  return html`<a href="${base}/campaigns/${encodeURIComponent(id)}">${outside(words)}</a>`;
}

export function callBackLink(id: string, words: string = id): Html {
  return html`<a href="${base}/call-back-requests/${encodeURIComponent(id)}"
    >${words === id ? whole(id) : outside(words)}</a
  >`;
}

/** A list, narrowed down. */
export function listLink(path: string, query: Readonly<Record<string, string>>, words: string): Html {
  return html`<a href="${base}${path}?${new URLSearchParams(query).toString()}">${words}</a>`;
}
