/** Where the pages are; their cookie goes nowhere else. */
export const base = '/console';
export const signInPath = `${base}/sign-in`;
export const signOutPath = `${base}/sign-out`;

const longestReturn = 1_000;

/** Where to go after signing in: a place of these pages, and nowhere else, whoever wrote the link. */
export function returnPath(asked: string | null): string {
  const isOurs =
    asked !== null && asked.length <= longestReturn && /^\/console(?:\/[\w.-]+)*(?:\?[!-~]*)?$/.test(asked);
  return isOurs && !asked.includes('\\') && !asked.startsWith(signInPath) ? asked : base;
}
