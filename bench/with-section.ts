/** The document with this section, in place of the one that it has; before «Where the time goes», which is written by hand. */
export function withSection(document: string, section: { heading: string; text: string }): string {
  const [before = '', ...sections] = document.split(/^(?=## )/m);
  const others = sections.filter((each) => !each.startsWith(section.heading));
  const place = others.findIndex((each) => /^## Where/.test(each));
  const at = place < 0 ? others.length : place;
  return [before, ...others.slice(0, at), `${section.text}\n`, ...others.slice(at)].join('');
}
