import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { decideVerdict } from '../../src/domain/calls/decide-verdict.ts';
import type { JoinedLegs, LegId } from '../../src/telephony/telephony.ts';
import { endingHandsets, pressingHandsets } from './handset-expectations.ts';
import { bytesOf, measureWav, type RecordedSound } from './recorded-sound.ts';
import { TelephonyStage, type TelephonyUnderTest } from './telephony-stage.ts';

/**
 * What every adapter of `Telephony` keeps; `describeHandsets` is its other half. The same suites run on the simulator and on a real
 * Asterisk with its handset network.
 *
 * @param order on real time all phones at once where each test looks at its own legs alone, since most of the time is waiting; on a virtual clock in
 * turn
 */
export function describeTelephony(name: string, create: CreateTelephony, order: Order): void {
  describe(`Telephony: ${name}`, () => {
    describe('together', { concurrent: order === 'at_once' }, () => {
      const there = order === 'at_once' ? useOneStage(create) : useStageForEach(create);
      describe('prompts', () => describePrompts(there));
      describe('talk', () => describeTalk(there));
      describe('legs', () => describeLegs(there));
      describe('joined legs', () => describeJoins(there));
    });
    describe('each by itself', () => {
      const there = useStageForEach(create);
      describe('recordings', () => describeRecordings(there));
      describe('those who call', () => describeCallers(there));
      describe('connection', () => describeConnection(there));
    });
  });
}

type CreateTelephony = () => Promise<TelephonyUnderTest>;
type Order = 'at_once' | 'in_turn';

/**
 * How each handset of the contract behaves, and what is seen of it.
 *
 * @param order on real time all phones at once, since most of the time is waiting; on a virtual clock in turn
 */
export function describeHandsets(name: string, create: CreateTelephony, order: Order): void {
  describe(`Handsets: ${name}`, { concurrent: order === 'at_once' }, () => {
    const there = useOneStage(create);
    describe('ends of calls', () => describeEnds(there));
    describe('keys', () => describeKeys(there));
  });
}

function useOneStage(create: CreateTelephony): There {
  const there = { stage: undefined as unknown as TelephonyStage };
  beforeAll(async () => {
    there.stage = await startedStage(create);
  });
  afterAll(() => there.stage.lab.close());
  return there;
}

function useStageForEach(create: CreateTelephony): There {
  const there = { stage: undefined as unknown as TelephonyStage };
  beforeEach(async () => {
    there.stage = await startedStage(create);
  });
  afterEach(() => there.stage.lab.close());
  return there;
}

async function startedStage(create: CreateTelephony): Promise<TelephonyStage> {
  const stage = new TelephonyStage(await create());
  await stage.start();
  return stage;
}

/** Filled before the tests. */
interface There {
  stage: TelephonyStage;
}

function describeEnds(there: There): void {
  it.each(endingHandsets)('$number $is', async ({ number, before, evidence, verdict }) => {
    const { stage } = there;
    const leg = await stage.dial(number);
    const seen = await stage.hungUp(leg);
    expect(stage.typesOf(leg)).toEqual([...before, 'hung_up']);
    expect(seen).toMatchObject(evidence);
    expect(decideVerdict(seen).reason).toBe(verdict);
    expect(await stage.telephony.legs()).not.toContainEqual(expect.objectContaining({ leg }));
  });
}

function describeKeys(there: There): void {
  it.each(pressingHandsets)('$number $is', async ({ number, askings, hangsUp }) => {
    const { stage } = there;
    const leg = await stage.answered(number);
    for (const [index, keys] of askings.entries())
      expect(await keysAt(stage, leg, { promptId: `p${index}`, keys })).toBe(keys);
    if (!hangsUp) expect(await stage.telephony.hangUp(leg)).toBe('done');
    expect((await stage.hungUp(leg)).answered).toBe(true);
    expect(stage.keysOf(leg).join('')).toBe(askings.join(''));
  });

  it('9000021299 presses without waiting for the end of speech', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000021299');
    const { path, durationMs } = stage.lab.sound;
    const sounds = Array.from({ length: Math.ceil(6000 / durationMs) }, () => path);
    await stage.telephony.say(leg, stage.prompt('p1', { sounds }));
    await stage.lab.waitUntil(() => stage.keysOf(leg).length === 2, 'two keys');
    expect(stage.keysOf(leg)).toEqual(['1', '2']);
    expect(stage.promptsEnded(leg)).toEqual([]);
    await stage.telephony.hangUp(leg);
    await stage.hungUp(leg);
  });
}

/** The keys that come when a prompt is spoken and silence follows; where none are expected, the silence is as long as any handset needs. */
async function keysAt(
  stage: TelephonyStage,
  leg: LegId,
  asking: { promptId: string; keys: string },
): Promise<string> {
  const before = stage.keysOf(leg).length;
  const pressed = (): string => stage.keysOf(leg).slice(before).join('');
  expect(await stage.telephony.say(leg, stage.prompt(asking.promptId))).toBe('done');
  await stage.lab.waitUntil(
    () => stage.promptsEnded(leg).includes(asking.promptId),
    `the end of ${asking.promptId}`,
  );
  if (asking.keys === '') await stage.threeSeconds();
  else await stage.lab.waitUntil(() => pressed().length >= asking.keys.length, `the keys ${asking.keys}`);
  await stage.telephony.stopPrompt(leg, asking.promptId);
  return pressed();
}

function describePrompts(there: There): void {
  it('tells the end of the last sound, once, before the silence', async () => {
    const { stage } = there;
    const { path, durationMs } = stage.lab.sound;
    const leg = await stage.answered('9000009999');
    await stage.telephony.say(leg, stage.prompt('p1', { sounds: [path, path], silenceMs: 30_000 }));
    await stage.until(leg, 'prompt_ended');
    const [began, ended] = ['answered', 'prompt_ended'].map(
      (type) => stage.eventsOf(leg).find((event) => event.type === type)?.at ?? 0,
    );
    expect(ended! - began!).toBeGreaterThanOrEqual(2 * durationMs - 100);
    expect(ended! - began!).toBeLessThan(2 * durationMs + 5000);
    await stage.threeSeconds();
    expect(stage.promptsEnded(leg)).toEqual(['p1']);
  });

  it('tells no end of silence alone', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000009999');
    expect(await stage.telephony.say(leg, stage.prompt('p1', { sounds: [], silenceMs: 1000 }))).toBe('done');
    await stage.threeSeconds();
    expect(stage.promptsEnded(leg)).toEqual([]);
  });

  it('stops a prompt, of which no end is told', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000009999');
    await stage.telephony.say(leg, stage.prompt('p1'));
    expect(await stage.telephony.stopPrompt(leg, 'p1')).toBe('done');
    await stage.telephony.say(leg, stage.prompt('p2'));
    await stage.until(leg, 'prompt_ended');
    expect(stage.promptsEnded(leg)).toEqual(['p2']);
  });

  it('finds a prompt gone that was stopped, or never was', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000009999');
    await stage.telephony.say(leg, stage.prompt('p1'));
    await stage.telephony.stopPrompt(leg, 'p1');
    expect(await stage.telephony.stopPrompt(leg, 'p1')).toBe('gone');
    expect(await stage.telephony.stopPrompt(leg, 'p9')).toBe('gone');
  });

  it('says that a prompt failed whose only sound is missing', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000009999');
    await stage.telephony.say(
      leg,
      stage.prompt('p1', { sounds: ['renditions/there-is-no-such-sound'], silenceMs: 0 }),
    );
    await stage.until(leg, 'prompt_failed');
    expect(stage.promptsEnded(leg)).toEqual([]);
  });
}

function describeRecordings(there: There): void {
  const message = {
    recordingId: 'recording-1',
    side: 'phone',
    maxDurationMs: 30_000,
    maxSilenceMs: 4_000,
  } as const;

  async function asked(number: string): Promise<LegId> {
    const { stage } = there;
    const leg = await stage.answered(number);
    await stage.telephony.say(leg, stage.prompt('p1', { silenceMs: 30_000 }));
    await stage.until(leg, 'prompt_ended');
    return leg;
  }

  async function soundOf(leg: LegId, recordingId: string): Promise<RecordedSound> {
    const pieces = await there.stage.telephony.readRecording(leg, recordingId);
    if (pieces === null) throw new Error(`there is no ${recordingId}`);
    return measureWav(await bytesOf(pieces));
  }

  it('records what the person says until it is stopped, and nothing of the key', async () => {
    const { stage } = there;
    const leg = await asked('9000519999');
    expect(await stage.telephony.record(leg, message)).toBe('done');
    await stage.lab.waitUntil(() => stage.keysOf(leg).length === 1, 'the key after the speech');
    expect(await stage.telephony.recordingState(leg, 'recording-1')).toBe('running');
    expect(await stage.telephony.stopRecording(leg, 'recording-1')).toBe('done');
    await stage.until(leg, 'recording_ended');
    const sound = await soundOf(leg, 'recording-1');
    expect(sound.durationMs).toBeGreaterThan(4_500);
    expect(sound.durationMs).toBeLessThan(8_000);
    expect(sound.loudMs).toBeGreaterThan(2_500);
    expect(sound.loudMs).toBeLessThan(4_300);
    expect(sound.firstLoudMs).toBeGreaterThan(500);
    expect(sound.levelDbfs).toBeGreaterThan(-28);
    expect(sound.levelDbfs).toBeLessThan(-16);
    expect(await stage.telephony.stopRecording(leg, 'recording-1')).toBe('gone');
    await stage.telephony.hangUp(leg);
    await stage.hungUp(leg);
    expect(await stage.telephony.recordingState(leg, 'recording-1')).toBe('finished');
    expect(await stage.telephony.storedRecordings()).toContainEqual({ leg, recordingId: 'recording-1' });
    await stage.telephony.removeRecording(leg, 'recording-1');
    expect(await stage.telephony.recordingState(leg, 'recording-1')).toBe('missing');
    expect(await stage.telephony.readRecording(leg, 'recording-1')).toBeNull();
    expect(await stage.telephony.storedRecordings()).toEqual([]);
  });

  it.each([
    { by: 'silence', limits: { maxSilenceMs: 2_000 }, most: 1_000 },
    { by: 'its limit', limits: { maxDurationMs: 2_000, maxSilenceMs: null }, most: 3_100 },
  ])('ends a recording by $by', async ({ limits, most }) => {
    const { stage } = there;
    const leg = await asked('9000009999');
    await stage.telephony.record(leg, { ...message, ...limits });
    await stage.until(leg, 'recording_ended');
    const sound = await soundOf(leg, 'recording-1');
    expect(sound.loudMs).toBe(0);
    expect(sound.durationMs).toBeLessThan(most);
    await stage.telephony.removeRecording(leg, 'recording-1');
  });

  it('tells the end of a recording before the hang-up that caused it, and keeps what was said', async () => {
    const { stage } = there;
    const leg = await asked('9000519999');
    await stage.telephony.record(leg, message);
    await stage.threeSeconds();
    await stage.telephony.hangUp(leg);
    await stage.hungUp(leg);
    expect(stage.typesOf(leg).slice(-2)).toEqual(['recording_ended', 'hung_up']);
    expect((await soundOf(leg, 'recording-1')).loudMs).toBeGreaterThan(800);
    await stage.telephony.removeRecording(leg, 'recording-1');
  });

  it('records both sides of the whole call beside a message of the person', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000519999');
    await stage.telephony.record(leg, {
      ...{ recordingId: 'call', side: 'both' },
      ...{ maxDurationMs: null, maxSilenceMs: null },
    });
    await stage.telephony.say(leg, stage.prompt('p1', { silenceMs: 30_000 }));
    await stage.until(leg, 'prompt_ended');
    await stage.telephony.record(leg, message);
    await stage.lab.waitUntil(() => stage.keysOf(leg).length === 1, 'the key after the speech');
    await stage.telephony.hangUp(leg);
    await stage.hungUp(leg);
    expect(stage.typesOf(leg).filter((type) => type === 'recording_ended')).toHaveLength(2);
    const [both, person] = [await soundOf(leg, 'call'), await soundOf(leg, 'recording-1')];
    expect(both.firstLoudMs).toBeLessThan(400);
    expect(both.loudMs - person.loudMs).toBeGreaterThan(there.stage.lab.sound.durationMs * 0.7);
    await stage.telephony.removeRecording(leg, 'call');
    await stage.telephony.removeRecording(leg, 'recording-1');
  });

  it('lets the person hear what they said', async () => {
    const { stage } = there;
    const leg = await asked('9000519999');
    await stage.telephony.record(leg, { ...message, maxDurationMs: 3_000 });
    await stage.until(leg, 'recording_ended');
    const began = stage.eventsOf(leg).at(-1)?.at ?? 0;
    const sounds = [{ recordingId: 'recording-1' }, stage.lab.sound.path];
    await stage.telephony.say(leg, stage.prompt('p2', { sounds }));
    await stage.lab.waitUntil(() => stage.promptsEnded(leg).includes('p2'), 'the end of the words');
    const ended = stage.eventsOf(leg).findLast((event) => event.type === 'prompt_ended')?.at ?? 0;
    expect(ended - began).toBeGreaterThan(2_800 + stage.lab.sound.durationMs * 0.9);
    await stage.telephony.removeRecording(leg, 'recording-1');
  });

  it('fails to record under an id that there is already, and keeps what was recorded', async () => {
    const { stage } = there;
    const leg = await asked('9000009999');
    await stage.telephony.record(leg, { ...message, maxDurationMs: 1_000 });
    await stage.until(leg, 'recording_ended');
    const { durationMs } = await soundOf(leg, 'recording-1');
    expect(await stage.telephony.record(leg, message)).toBe('done');
    await stage.until(leg, 'recording_failed');
    expect(await stage.telephony.recordingState(leg, 'recording-1')).toBe('finished');
    expect((await soundOf(leg, 'recording-1')).durationMs).toBe(durationMs);
    await stage.telephony.removeRecording(leg, 'recording-1');
  });

  it('finds nothing to record on a leg that is gone', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000109999');
    await stage.hungUp(leg);
    for (const gone of [leg, stage.lab.newLeg()]) {
      expect(await stage.telephony.record(gone, message)).toBe('gone');
      expect(await stage.telephony.stopRecording(gone, 'recording-1')).toBe('gone');
      expect(await stage.telephony.recordingState(gone, 'recording-1')).toBe('missing');
    }
  });
}

function describeTalk(there: There): void {
  interface Stretch {
    from: number;
    until: number | null;
  }

  /** What was heard of the phone, in milliseconds after its answer. */
  function stretchesOf(leg: LegId): Stretch[] {
    const events = there.stage.eventsOf(leg);
    const answeredAt = events.find((event) => event.type === 'answered')?.at ?? 0;
    const stretches: Stretch[] = [];
    for (const event of events) {
      const last = stretches.at(-1);
      if (event.type === 'talking_started') {
        expect(last?.until).not.toBeNull();
        stretches.push({ from: event.at - answeredAt, until: null });
      }
      if (event.type !== 'talking_ended') continue;
      expect(last?.until).toBeNull();
      if (last) last.until = event.until - answeredAt;
    }
    return stretches;
  }

  async function heard(number: string, detectTalk = true): Promise<LegId> {
    const { stage } = there;
    const leg = await stage.dial(number, { detectTalk });
    await stage.until(leg, 'answered');
    await stage.telephony.say(leg, stage.prompt('p1', { silenceMs: 30_000 }));
    return leg;
  }

  it('hears an answering machine begin at once and speak on, while something is said to it', async () => {
    const { stage } = there;
    const leg = await heard('9000509999');
    await stage.lab.waitUntil(
      () => stretchesOf(leg).some(({ until }) => (until ?? 0) > 3_000),
      'the end of a greeting',
    );
    const greeting = stretchesOf(leg).findLast(({ until }) => until !== null);
    expect(greeting?.from).toBeLessThan(1_500);
    expect(greeting?.until).toBeGreaterThan(7_000);
    expect(greeting?.until).toBeLessThan(10_000);
  });

  it('hears a person who speaks when asked to', async () => {
    const { stage } = there;
    const leg = await heard('9000519999');
    await stage.lab.waitUntil(() => stage.keysOf(leg).length === 1, 'the key after the speech');
    await stage.lab.waitUntil(() => (stretchesOf(leg).at(-1)?.until ?? 0) > 3_000, 'the end of the speech');
    const spoken = stretchesOf(leg).at(-1);
    expect((spoken?.until ?? 0) - (spoken?.from ?? 0)).toBeGreaterThan(2_500);
    expect((spoken?.until ?? 0) - (spoken?.from ?? 0)).toBeLessThan(5_000);
  });

  it('takes nothing long for speech where nobody speaks', async () => {
    const { stage } = there;
    const leg = await heard('9000009999');
    await stage.threeSeconds();
    await stage.telephony.hangUp(leg);
    await stage.hungUp(leg);
    for (const { from, until } of stretchesOf(leg)) {
      expect(from).toBeLessThan(1_000);
      expect(until).toBeLessThan(1_500);
    }
  });

  it('tells nothing of it where that was not asked for', async () => {
    const { stage } = there;
    const leg = await heard('9000519999', false);
    await stage.lab.waitUntil(() => stage.keysOf(leg).length === 1, 'the key after the speech');
    expect(stretchesOf(leg)).toEqual([]);
  });
}

function describeLegs(there: There): void {
  it('hangs up a phone that rings', async () => {
    const { stage } = there;
    const leg = await stage.dial('9000199999', { ringTimeoutMs: 30_000 });
    await stage.until(leg, 'ringing');
    expect(await stage.telephony.legs()).toContainEqual({ leg, state: 'ringing' });
    expect(await stage.telephony.hangUp(leg)).toBe('done');
    const evidence = await stage.hungUp(leg);
    expect(evidence).toMatchObject({ answered: false, rang: true, endedByUs: 'hang_up' });
    expect(decideVerdict(evidence).reason).toBe('cancelled');
  });

  it('hangs up a phone that was answered', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000009999');
    expect(await stage.telephony.legs()).toContainEqual({ leg, state: 'answered' });
    expect(await stage.telephony.hangUp(leg)).toBe('done');
    expect(await stage.hungUp(leg)).toMatchObject({ answered: true, endedByUs: 'hang_up' });
  });

  it('finds everything gone of a leg that is', async () => {
    const { stage } = there;
    const leg = await stage.answered('9000109999');
    await stage.hungUp(leg);
    for (const gone of [leg, stage.lab.newLeg()]) {
      expect(await stage.telephony.hangUp(gone)).toBe('gone');
      expect(await stage.telephony.say(gone, stage.prompt('p1'))).toBe('gone');
      expect(await stage.telephony.stopPrompt(gone, 'p1')).toBe('gone');
    }
  });

  it('ends a leg after its absolute time limit', async () => {
    const { stage } = there;
    const leg = await stage.dial('9000009999', { absoluteTimeoutMs: 4000 });
    await stage.until(leg, 'answered');
    expect((await stage.hungUp(leg)).answered).toBe(true);
  });

  it('never dials an id twice', async () => {
    const { stage } = there;
    const twice = stage.request('9000109999');
    expect(await stage.telephony.dial(twice)).toEqual({ result: 'sent' });
    expect(await stage.telephony.dial(twice)).toMatchObject({ result: 'unsure' });
    await stage.hungUp(twice.leg);
    expect(stage.typesOf(twice.leg)).toEqual(['ringing', 'answered', 'hung_up']);
    if (stage.lab.invitesOf) expect(stage.lab.invitesOf(twice.leg)).toBe(1);
  });

  it('keeps legs apart', async () => {
    const { stage } = there;
    const legs = await Promise.all(
      ['9000109999', '9000179999', '9000109999'].map((number) => stage.dial(number)),
    );
    for (const leg of legs) await stage.hungUp(leg);
    expect(legs.map((leg) => stage.typesOf(leg).at(-2))).toEqual(['answered', 'ringing', 'answered']);
  });
}

function describeCallers(there: There): void {
  it('tells who calls which line, once, and ends the call unanswered when it is refused', async () => {
    const { stage } = there;
    const call = await stage.called('9000001999');
    expect(call).toMatchObject({
      ...{ dialled: '+911412345678', callerNumber: '+919000001999' },
      ...{ callerWithheld: false, endpoint: 'carrier-a' },
    });
    expect((await stage.telephony.offered()).map(({ leg }) => leg)).toEqual([call.leg]);
    expect(await stage.telephony.legs()).toEqual([]);
    expect(await stage.telephony.ring(call.leg)).toBe('done');
    expect(await stage.telephony.refuse(call.leg)).toBe('done');
    expect(await stage.hungUp(call.leg)).toMatchObject({ answered: false });
    expect(stage.typesOf(call.leg)).toEqual(['hung_up']);
    expect(stage.events.filter((event) => event.type === 'incoming')).toHaveLength(1);
    expect(await stage.telephony.offered()).toEqual([]);
  });

  it('talks with whoever was answered as with anybody whom we called', async () => {
    const { stage } = there;
    const { leg } = await stage.called('9000001299');
    expect(await stage.telephony.answer(leg, { absoluteTimeoutMs: 60_000 })).toBe('done');
    await stage.until(leg, 'answered');
    expect(await stage.telephony.offered()).toEqual([]);
    expect(await stage.telephony.legs()).toEqual([{ leg, state: 'answered' }]);
    expect(await keysAt(stage, leg, { promptId: 'p1', keys: '1' })).toBe('1');
    const call = { recordingId: 'call', side: 'both', maxDurationMs: null, maxSilenceMs: null } as const;
    expect(await stage.telephony.record(leg, call)).toBe('done');
    expect(await keysAt(stage, leg, { promptId: 'p2', keys: '2' })).toBe('2');
    expect(await stage.telephony.hangUp(leg)).toBe('done');
    expect(await stage.hungUp(leg)).toMatchObject({ answered: true, endedByUs: 'hang_up' });
    expect(await stage.telephony.recordingState(leg, 'call')).toBe('finished');
    await stage.telephony.removeRecording(leg, 'call');
  });

  it('ends whoever was answered after the absolute time limit', async () => {
    const { stage } = there;
    const { leg } = await stage.called('9000009999');
    await stage.telephony.answer(leg, { absoluteTimeoutMs: 3000 });
    await stage.until(leg, 'answered');
    expect((await stage.hungUp(leg)).answered).toBe(true);
  });

  it('tells that a caller has given up, and finds them gone', async () => {
    const { stage } = there;
    const { leg } = await stage.called('9000009999', 2000);
    expect(await stage.hungUp(leg)).toMatchObject({ answered: false, endedByUs: null });
    expect(await stage.telephony.ring(leg)).toBe('gone');
    expect(await stage.telephony.answer(leg, { absoluteTimeoutMs: 60_000 })).toBe('gone');
    expect(await stage.telephony.refuse(leg)).toBe('gone');
    expect(await stage.telephony.offered()).toEqual([]);
  });

  it('lists under the same id who calls still when the connection was lost and found', async ({ skip }) => {
    const { stage } = there;
    const { loseAndFindConnection } = stage.lab;
    if (loseAndFindConnection === null) return skip();
    const call = await stage.called('9000009999');
    await loseAndFindConnection();
    const { leg, dialled, callerNumber, callerWithheld } = call;
    expect(await stage.telephony.offered()).toEqual([
      expect.objectContaining({ leg, dialled, callerNumber, callerWithheld }),
    ]);
    expect(await stage.telephony.refuse(leg)).toBe('done');
    expect(await stage.hungUp(leg)).toMatchObject({ answered: false });
  });
}

function describeJoins(there: There): void {
  async function two(numbers: { person: string; other: string }): Promise<JoinedLegs> {
    const [person, other] = await Promise.all([
      there.stage.answered(numbers.person),
      there.stage.answered(numbers.other),
    ]);
    return { person, other };
  }

  it('joins two people in the midst of words, more than once, and speaks to them again when they are parted', async () => {
    const { stage } = there;
    const legs = await two({ person: '9000009999', other: '9000609999' });
    await stage.telephony.say(legs.person, stage.prompt('p1', { silenceMs: 30_000 }));
    await stage.telephony.stopPrompt(legs.person, 'p1');
    expect(await stage.telephony.join(legs)).toBe('done');
    expect(await stage.telephony.join(legs)).toBe('done');
    await stage.threeSeconds();
    expect(stage.typesOf(legs.person)).toEqual(['ringing', 'answered']);
    await stage.telephony.part(legs.person);
    await stage.telephony.part(legs.person);
    for (const leg of [legs.person, legs.other]) {
      expect(await stage.telephony.say(leg, stage.prompt('p2'))).toBe('done');
      await stage.until(leg, 'prompt_ended');
    }
  });

  it('tells that one of them has hung up, and then speaks to the other one', async () => {
    const { stage } = there;
    const legs = await two({ person: '9000001999', other: '9000609999' });
    expect(await stage.telephony.join(legs)).toBe('done');
    await stage.hungUp(legs.other);
    expect(stage.saw(legs.person, 'hung_up')).toBe(false);
    await stage.telephony.part(legs.person);
    await stage.telephony.say(legs.person, stage.prompt('p1'));
    await stage.until(legs.person, 'key');
    expect(await stage.telephony.hangUp(legs.person)).toBe('done');
    await stage.hungUp(legs.person);
  });

  it('joins nobody to somebody who is gone', async () => {
    const { stage } = there;
    const legs = await two({ person: '9000009999', other: '9000109999' });
    await stage.hungUp(legs.other);
    expect(await stage.telephony.join(legs)).toBe('gone');
    expect(await stage.telephony.say(legs.person, stage.prompt('p1'))).toBe('done');
    await stage.until(legs.person, 'prompt_ended');
    await stage.telephony.part(legs.person);
  });
}

function describeConnection(there: There): void {
  it('keeps its legs when the connection is lost and found', async ({ skip }) => {
    const { stage } = there;
    const { loseAndFindConnection } = stage.lab;
    if (loseAndFindConnection === null) return skip();
    const leg = await stage.answered('9000001999');
    await loseAndFindConnection();
    expect(stage.events.map((event) => event.type)).toContain('disconnected');
    expect(await stage.telephony.legs()).toEqual([{ leg, state: 'answered' }]);
    expect(await stage.telephony.say(leg, stage.prompt('p1'))).toBe('done');
    await stage.until(leg, 'key');
    expect(await stage.telephony.hangUp(leg)).toBe('done');
    await stage.hungUp(leg);
  });

  it('dials nothing once it was stopped, and says so', async () => {
    const { stage } = there;
    await stage.telephony.stop();
    expect(stage.telephony.problem()?.code).toBe('stopped');
    expect(await stage.telephony.dial(stage.request('9000109999'))).toMatchObject({
      result: 'refused',
      code: 'not_connected',
    });
    await expect(stage.telephony.legs()).rejects.toMatchObject({ code: 'telephony_unavailable' });
  });
}
