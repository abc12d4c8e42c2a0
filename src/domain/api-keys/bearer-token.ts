/** The `token68` of RFC 9110, section 11.2, with a bound. */
const token68 = String.raw`[\w.~+/-]{1,512}={0,8}`;
const bearer = new RegExp(`^Bearer +(${token68})$`, 'i');
const whole = new RegExp(`^${token68}$`);

/** The key in an `Authorization` header; null where there is none, or nothing that could be one. */
export function bearerTokenOf(header: string | null): string | null {
  return bearer.exec(header?.trim() ?? '')?.[1] ?? null;
}

/** Whether a key can be sent in such a header at all. */
export function canBeSent(key: string): boolean {
  return whole.test(key);
}
