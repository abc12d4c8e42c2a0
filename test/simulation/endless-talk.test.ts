import { expect, it } from 'vitest';
import type { KeptMove } from './world-database.ts';
import type { Call } from '../../src/domain/calls/call.ts';
import { simulatorTrunk } from '../../src/domain/calls/trunk.ts';
import { keys } from '../../src/domain/flows/flow-definition.ts';
import { assert } from '../../src/lib/assert.ts';
import type { LegId } from '../../src/telephony/telephony.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import type { SimulatedGateway } from '../support/simulated-gateway.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { startQuietGateway } from './quiet-gateway.ts';
import { mostSessionLetters, TalkSizes } from './talk-sizes.ts';
import { WatchedLedger } from './watched-ledger.ts';

const said = (en: string, hi: string) => ({ text: { en, hi } });
const back = { give_up: 'menu', next: 'menu' };
const leadTo = ['age', 'complaint', 'look', 'tongue', 'count', 'agree', 'menu', 'menu', 'age', 'menu'];

/** Every key of its menu leads somewhere, and every step leads back to the menu: only the time limit ends it. */
const roundAndRound = {
  title: 'Round and round',
  languages: ['en', 'hi'],
  keys: { repeat: '*' },
  steps: [
    {
      ...{ id: 'menu', type: 'choice', say: said('Which?', 'कौन सा?'), give_up: 'end', attempts: 5 },
      options: Object.fromEntries(
        [...leadTo.entries()].map(([key, next]) => [key, { value: `v${key}`, next }]),
      ),
    },
    { id: 'age', type: 'digits', say: said('How old?', 'कितनी उम्र?'), max: 2, confirm: true, ...back },
    {
      id: 'complaint',
      type: 'voice_message',
      say: said('Tell us.', 'बताइए।'),
      review: true,
      stop_key: '#',
      ...back,
    },
    {
      ...{ id: 'look', type: 'lookup', url: 'https://example.org/look', query: { of: '{{age}}' } },
      ...{ values: { fee: { from: '/fee', as: 'number' } }, otherwise: 'menu', next: 'menu' },
    },
    { id: 'tongue', type: 'language', ...back },
    {
      id: 'agree',
      type: 'consent',
      say: said('May we?', 'पूछें?'),
      give_up: 'menu',
      next: 'menu',
      otherwise: 'menu',
    },
    { id: 'count', type: 'set', variable: 'times', value: 'times + 1', next: 'menu' },
  ],
};

/** A child with the phone: presses whatever key, again and again. Tells how many. */
class RestlessFingers {
  pressed = 0;
  #talks = false;
  readonly #clock: VirtualClock;
  readonly #random = new SeededRandom(7);

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  readonly note = (call: Call, press: (key: (typeof keys)[number]) => void): void => {
    const talked = this.#talks;
    this.#talks = call.state.status === 'in_progress';
    if (this.#talks && !talked) this.#later(press);
  };

  #later(press: (key: (typeof keys)[number]) => void): void {
    this.#clock.setTimer(this.#random.integer(150, 3_000), () => {
      if (!this.#talks) return;
      this.pressed += 1;
      press(this.#random.pick(keys));
      this.#later(press);
    });
  }
}

/** One talk with such a child, to its end. */
async function talkUntil(limit: string) {
  const clock = new VirtualClock();
  const sizes = new TalkSizes();
  const fingers = new RestlessFingers(clock);
  let leg: LegId | null = null;
  let gateway: SimulatedGateway | null = null;
  const kept = (transition: KeptMove): void => {
    sizes.note(transition);
    fingers.note(transition.call, (key) => {
      assert(leg, 'who talks was dialled');
      gateway?.deliver({ type: 'key', leg, at: clock.now(), key, durationMs: null });
    });
  };
  const ledger = new WatchedLedger({ kept, transferClaimed: () => undefined });
  gateway = await startQuietGateway({
    ...{ clock, ledger, trunks: [simulatorTrunk] },
    onDial: (request) => (leg = request.leg),
  });
  const body = { to: '+919000519999', flow: roundAndRound, variables: { times: 0 }, max_duration: limit };
  const accepting = gateway.accept({ key: 'one', body: { ...body, retry: { max_attempts: 1 } } });
  await clock.advanceBy(10);
  const accepted = await accepting;
  assert(accepted.result === 'accepted', JSON.stringify(accepted));
  await clock.advanceBy(2 * 3_600_000);
  const stopping = gateway.stop();
  await clock.advanceBy(60_000);
  await stopping;
  return { clock, gateway, ledger, sizes, pressed: fingers.pressed };
}

it.each([
  ['PT2M', 120],
  ['PT15M', 900],
  ['PT1H', 3600],
])('a talk that only its limit of %s ends keeps no more of itself for being long', async (limit, seconds) => {
  const { clock, gateway, ledger, sizes, pressed } = await talkUntil(limit);
  const types = ledger.events.map(({ type }) => type);
  expect(types.filter((type) => type === 'call.ended')).toHaveLength(1);
  expect([gateway.runner.liveCalls.size, clock.pendingTimers]).toEqual([0, 0]);
  // it went on to the limit, and the child was not idle
  expect(pressed).toBeGreaterThan(seconds / 3);
  expect(types.filter((type) => type === 'call.response_recorded').length).toBeGreaterThan(seconds / 20);
  expect(sizes.mostSessionLetters).toBeLessThan(mostSessionLetters);
  // of one key, or of what goes on in a second without one, some lines at most are told
  expect(sizes.timelineLines).toBeLessThan(6 * (pressed + seconds));
});
