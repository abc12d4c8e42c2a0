/** Past this the machine is in such trouble that a call had better wait for its instant than for its claim. */
const longestLeadMs = 500;
/** Beside what a claim takes, a look for a last no comes before the instant. */
const looksPerClaim = 2;
/** How much of a lead is left after each claim that took less. */
const kept = 0.8;

/**
 * How far ahead of its claim the first instant lies that a claim gives, by how long claims took lately. Where a claim takes longer than an INVITE may
 * be late (50 ms), each attempt would miss its instant and cost the trunk another one and the database another statement, just when it is
 * busy: under load four of five calls did (measured).
 */
export function nextClaimLeadMs(leadMs: number, tookMs: number): number {
  return Math.min(longestLeadMs, Math.max(looksPerClaim * tookMs, Math.floor(leadMs * kept)));
}

/** Past this a look for a last no would be old news by the time of the INVITE. */
const longestExpectedMs = 100;

/** How long something that stands before an INVITE is expected to take, by what was expected and how long it took the last time. */
export function nextExpectedMs(expectedMs: number, tookMs: number): number {
  return Math.min(longestExpectedMs, Math.max(tookMs, Math.floor(expectedMs * kept)));
}
