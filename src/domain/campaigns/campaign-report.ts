/** What became of a campaign's calls, whole or broken down. */
export interface CampaignReport {
  groups: ReportOfGroup[];
}

export interface ReportOfGroup {
  /** The language, or the value of the metadata; '' for all, and for calls that have no such value. */
  group: string;
  calls: number;
  by_status: Record<string, number>;
  by_outcome: Record<string, number>;
  /** By question, in the flow's order: how many calls have which answer. */
  questions: { question: string; answers: Record<string, number> }[];
  /** By step, in the flow's order: how many calls came to it. */
  funnel: { step: string; calls: number }[];
  /** By hour of the day, in each person's own zone: how the attempts that began in it ended. */
  hours: { hour: number; attempts: number; by_reason: Record<string, number> }[];
  /** How many calls took how many attempts. */
  attempts: { attempts: number; calls: number; by_outcome: Record<string, number> }[];
}

type Counted<Row> = Row & { group: string };

export interface ReportRows {
  calls: Counted<{ status: string; outcome: string | null; calls: number }>[];
  answers: Counted<{ question: string; value: string; calls: number }>[];
  steps: Counted<{ step: string; calls: number }>[];
  hours: Counted<{ hour: number; reason: string; attempts: number }>[];
  attempts: Counted<{ outcome: string; attempts: number; calls: number }>[];
}

/** @param steps ids of the flow's steps in its order; what is not among them comes last, by name */
export function reportOf(rows: ReportRows, steps: readonly string[]): CampaignReport {
  const groups = [...new Set(rows.calls.map((row) => row.group))].toSorted();
  return { groups: groups.map((group) => reportOfGroup(rows, { group, steps })) };
}

function reportOfGroup(
  rows: ReportRows,
  { group, steps }: { group: string; steps: readonly string[] },
): ReportOfGroup {
  const of = <Row extends { group: string }>(all: readonly Row[]): Row[] =>
    all.filter((row) => row.group === group);
  const place = (id: string): number => (steps.includes(id) ? steps.indexOf(id) : steps.length);
  const inFlow = (a: string, b: string): number => place(a) - place(b) || (a < b ? -1 : 1);
  const calls = of(rows.calls);
  return {
    group,
    calls: calls.reduce((sum, row) => sum + row.calls, 0),
    by_status: sums(calls, { name: (row) => row.status, count: (row) => row.calls }),
    by_outcome: sums(
      calls.filter((row) => row.outcome !== null),
      { name: (row) => row.outcome ?? '', count: (row) => row.calls },
    ),
    questions: grouped(of(rows.answers), (row) => row.question)
      .toSorted(([a], [b]) => inFlow(a, b))
      .map(([question, answers]) => ({
        question,
        answers: sums(answers, { name: (row) => row.value, count: (row) => row.calls }),
      })),
    funnel: of(rows.steps)
      .toSorted((a, b) => inFlow(a.step, b.step))
      .map(({ step, calls: count }) => ({ step, calls: count })),
    hours: grouped(of(rows.hours), (row) => String(row.hour).padStart(2, '0'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([hour, attempts]) => ({
        hour: Number(hour),
        attempts: attempts.reduce((sum, row) => sum + row.attempts, 0),
        by_reason: sums(attempts, { name: (row) => row.reason, count: (row) => row.attempts }),
      })),
    attempts: grouped(of(rows.attempts), (row) => String(row.attempts).padStart(3, '0'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([attempts, ofCalls]) => ({
        attempts: Number(attempts),
        calls: ofCalls.reduce((sum, row) => sum + row.calls, 0),
        by_outcome: sums(ofCalls, { name: (row) => row.outcome, count: (row) => row.calls }),
      })),
  };
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): [string, Row[]][] {
  return [...Map.groupBy(rows, keyOf)];
}

/** Names come from outside, so the sums have no prototype to collide with. */
function sums<Row>(
  rows: readonly Row[],
  by: { name: (row: Row) => string; count: (row: Row) => number },
): Record<string, number> {
  const total = new Map<string, number>();
  for (const row of rows) total.set(by.name(row), (total.get(by.name(row)) ?? 0) + by.count(row));
  return Object.fromEntries([...total].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
