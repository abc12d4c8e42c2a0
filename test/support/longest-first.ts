import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that wait for phones, or compute, for three quarters of a minute or more: the longest first in each project. By its size, as files are ordered
 * on a machine that has not run them yet, the one that takes two minutes would begin last, and everybody would wait for it.
 */
const long = [
  'telephony/calls/transfers.test.ts',
  'telephony/several-gateways.test.ts',
  'telephony/calls/slowed-trunks.test.ts',
  'telephony/calls/agents.test.ts',
  'telephony/calls/recorded-calls.test.ts',
  'telephony/telephony-contract.test.ts',
  'reliability/gateway-killed.test.ts',
  'telephony/calls/failed-over-calls.test.ts',
  'telephony/calls/answered-lines.test.ts',
  'telephony/trunk-states.test.ts',
  'telephony/calls/prompts-recorded-by-phone.test.ts',
  'telephony/calls/imported-form.test.ts',
  'telephony/calls/heard-prompts.test.ts',
  'simulation/simulation.test.ts',
  'simulation/worlds-on-postgres.test.ts',
  'speech/recordings.test.ts',
  'prompts/recorded-by-phone.test.ts',
  'process/several-gateways.test.ts',
];

/** The order in which test files begin. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const at = long.findIndex((name) => moduleId.endsWith(name));
  return at < 0 ? long.length : at;
}
