import type { CallRequest } from '../../src/domain/calls/call-request.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import type { PlannedCall, PlannedErasure, WorldPlan } from './world-plan.ts';

/** One persons' request to be forgotten, and what is asked for them afterwards all the same. */
interface PlannedLeave {
  erasure: PlannedErasure;
  anew: PlannedCall | null;
}

/** A call, and when it is asked for. */
interface Chosen {
  call: PlannedCall;
  at: number;
}

/**
 * The same world, in which persons are to be forgotten: while they are rung, talk, wait for another try, when all is over, before anybody calls them; some
 * twice, some of whom nothing is known, and some are called again. Whatever is known of the person of a call is in no other call, so that it can be looked for.
 */
export function withErasures(plan: WorldPlan, random: SeededRandom): WorldPlan {
  const calls = plan.calls.map((call, index) => personal(call, index));
  const campaigns = plan.campaigns.map((campaign) => ({
    ...campaign,
    calls: campaign.calls.map((call, index) => personal(call, firstOfCampaign + index)),
  }));
  const chosen: Chosen[] = [
    ...calls.map((call) => ({ call, at: call.at })),
    ...campaigns.flatMap((campaign) => campaign.calls.map((call) => ({ call, at: campaign.at + call.at }))),
  ];
  const count = random.integer(1, mostErasures);
  const leaves = Array.from({ length: count }, (_, index) => planLeave(random, chosen, index));
  return {
    ...{ ...plan, campaigns },
    calls: [...calls, ...leaves.flatMap(({ anew }) => anew ?? [])],
    erasures: leaves.map(({ erasure }) => erasure),
  };
}

const mostErasures = 6;
const firstOfCampaign = 100;
const firstAnew = 200;

/** What is in every text of a call, and nowhere else. */
export function markOf(text: string): string {
  const start = text.indexOf(markStart);
  return start === -1 ? '' : text.slice(start);
}

const markStart = '-of-';

function personal(call: PlannedCall, number: number): PlannedCall {
  return { ...call, body: personalBody(call.body, `${markStart}${String(number).padStart(3, '0')}`) };
}

function personalBody(body: CallRequest, mark: string): CallRequest {
  const { variables, people } = body;
  return {
    ...body,
    reference: `task${mark}`,
    variables: { name: `${bare(String(variables?.['name'] ?? ''))}${mark}`, child: `Kiran${mark}` },
    metadata: { district: `Pune${mark}` },
    ...(people ? { people: people.map(({ id, name }) => ({ id, name: `${bare(name)}${mark}` })) } : {}),
  };
}

/** As it was before it was somebody's. */
function bare(text: string): string {
  return text.slice(0, text.length - markOf(text).length);
}

function planLeave(random: SeededRandom, calls: readonly Chosen[], index: number): PlannedLeave {
  const repeatsAfterMs = random.chance(0.25) ? [random.pick([0, 500, 20_000])] : [];
  if (random.chance(0.08)) return { erasure: { at: 0, to: nobody, repeatsAfterMs }, anew: null };
  const { chosen, afterMs } = planWhen(random, calls);
  const { call, at } = chosen;
  const erasure = { at: at + afterMs, to: call.body.to, repeatsAfterMs };
  const anew = random.chance(0.5) ? planAnew(random, call, { erasure, number: firstAnew + index }) : null;
  return { erasure, anew };
}

/** A number that no plan has. */
const nobody = '+919000001234';

/** Anybody, or somebody who is called several times, or is in a campaign, at any time of a call; or who presses the key of the opt-out, and has perhaps. */
function planWhen(random: SeededRandom, calls: readonly Chosen[]): { chosen: Chosen; afterMs: number } {
  const all = Map.groupBy(calls, ({ call }) => call.body.to);
  const anyTime = [0, random.integer(0, 3_000), random.integer(3_000, 12_000), random.integer(3_000, 30_000)];
  const later = [random.integer(30_000, 200_000)];
  const kinds = [
    { of: calls, times: [...anyTime, ...later] },
    {
      of: calls.filter(({ call }) => (all.get(call.body.to)?.length ?? 0) > 1),
      times: [...anyTime, ...later],
    },
    { of: calls.filter(({ call }) => call.key.startsWith('campaign-')), times: [...anyTime, ...later] },
    {
      of: calls.filter(({ call }) => saysNo.test(call.body.to)),
      times: [...later, random.integer(3_000, 30_000)],
    },
  ].filter(({ of }) => of.length > 0);
  const { of, times } = random.pick(kinds);
  return { chosen: random.pick(of), afterMs: random.pick(times) };
}

/** Handsets that talk, with the key of the opt-out among theirs. */
const saysNo = /9000(0\d|26)\d{0,3}0\d{0,3}$/;

/** The same person is called again, in a call of its own. */
function planAnew(
  random: SeededRandom,
  { body: { not_after: _, ...body } }: PlannedCall,
  { erasure, number }: { erasure: PlannedErasure; number: number },
): PlannedCall {
  const afterMs = random.pick([0, random.integer(0, 2_000), random.integer(2_000, 60_000)]);
  return personal(
    {
      at: erasure.at + afterMs,
      key: `key-anew-${number}`,
      body: { flow: 'quiz', ...body },
      repeatsAfterMs: [],
      cancel: null,
    },
    number,
  );
}
