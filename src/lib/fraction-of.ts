/**
 * A number over 0 and under 1 that depends on the text alone, evenly spread over many texts: FNV-1a, with the finaliser of MurmurHash3 so that
 * texts which differ in their last character lie far apart. Nothing that keeps a secret.
 */
export function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let place = 0; place < text.length; place += 1)
    hash = Math.imul(hash ^ text.charCodeAt(place), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
