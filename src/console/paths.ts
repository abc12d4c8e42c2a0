/** Where the pages are; their cookie goes nowhere else. */
export const base = '/console';
export const signInPath = `${base}/sign-in`;
export const signOutPath = `${base}/sign-out`;

const longestReturn = 1_000;
/** Segments of letters, none of them dots alone, which would lead out of here; then a query of whatever can stand in one. */
const placeOfOurs = /^\/console(?:\/(?!\.+(?:[/?]|$))[\w.-]+)*(?:\?[!-[\]-~]*)?$/;

/** Where to go after signing in: a place of these pages, and nowhere else, whoever wrote the link. */
export function returnPath(asked: string | null): string {
  if (asked === null || asked.length > longestReturn || !placeOfOurs.test(asked)) return base;
  return asked.startsWith(signInPath) ? base : asked;
}
