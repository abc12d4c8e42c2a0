import { expect } from 'vitest';
import type { HangUpEvidence } from '../../src/domain/calls/verdict.ts';
import type {
  DialRequest,
  IncomingEvent,
  LegEvent,
  LegId,
  PromptRequest,
  Telephony,
  TelephonyEvent,
} from '../../src/telephony/telephony.ts';

/** An adapter that is about to be tested, not yet started, with what the suite needs to drive it. */
export interface TelephonyUnderTest {
  telephony: Telephony;
  /** A leg id that was never used. */
  newLeg(): LegId;
  /** What to dial for the handset with this national number. */
  endpointOf(nationalNumber: string): string;
  /** The handset with this national number calls a line of ours. */
  callUs(call: { dialled: string; from: string; givesUpAfterMs: number }): Promise<void>;
  /** A sound of speech that the adapter can play, and its length: at least a second. */
  sound: { path: string; durationMs: number };
  /** Lets time pass until the condition holds; looked at after every event. Fails where it does not hold within a minute. */
  waitUntil(condition: () => boolean, what: string): Promise<void>;
  /** Breaks the connection and lets the adapter find it again, if the test can; resolves once it is connected again. */
  loseAndFindConnection: (() => Promise<void>) | null;
  /** INVITEs that the far end has seen for a leg, if the test can know. */
  invitesOf: ((leg: LegId) => number) | null;
  /** Ends everything; throws where something is left that should not be. */
  close(): Promise<void>;
}

/** A started adapter with everything that it told, and the moves that tests are made of. */
export class TelephonyStage {
  readonly lab: TelephonyUnderTest;
  readonly telephony: Telephony;
  readonly events: TelephonyEvent[] = [];

  constructor(lab: TelephonyUnderTest) {
    this.lab = lab;
    this.telephony = lab.telephony;
    lab.telephony.onEvent((event) => void this.events.push(event));
  }

  async start(): Promise<void> {
    await this.telephony.start();
    await this.lab.waitUntil(() => this.telephony.problem() === null, 'the adapter is connected');
  }

  eventsOf(leg: LegId): LegEvent[] {
    return this.events.filter(
      (event): event is LegEvent => 'leg' in event && event.type !== 'incoming' && event.leg === leg,
    );
  }

  typesOf(leg: LegId): string[] {
    return this.eventsOf(leg).map((event) => event.type);
  }

  keysOf(leg: LegId): string[] {
    return this.eventsOf(leg).flatMap((event) => (event.type === 'key' ? [event.key] : []));
  }

  promptsEnded(leg: LegId): string[] {
    return this.eventsOf(leg).flatMap((event) => (event.type === 'prompt_ended' ? [event.promptId] : []));
  }

  saw(leg: LegId, type: LegEvent['type']): boolean {
    return this.typesOf(leg).includes(type);
  }

  async until(leg: LegId, type: LegEvent['type']): Promise<void> {
    try {
      await this.lab.waitUntil(() => this.saw(leg, type), `${type} of ${leg}`);
    } catch (error) {
      throw new Error(`Told of ${leg}: ${JSON.stringify(this.eventsOf(leg))}`, { cause: error });
    }
  }

  request(number: string, limits: Partial<DialRequest> = {}): DialRequest {
    const leg = this.lab.newLeg();
    const endpoint = this.lab.endpointOf(number);
    const usual = {
      ...{ callerId: null, detectTalk: false },
      ...{ setupTimeoutMs: 4000, ringTimeoutMs: 5000, absoluteTimeoutMs: 60_000 },
    };
    return { leg, endpoint, ...usual, ...limits };
  }

  prompt(promptId: string, rest: Partial<PromptRequest> = {}): PromptRequest {
    return { promptId, sounds: [this.lab.sound.path], silenceMs: 8000, ...rest };
  }

  async dial(number: string, limits: Partial<DialRequest> = {}): Promise<LegId> {
    const request = this.request(number, limits);
    expect(await this.telephony.dial(request)).toEqual({ result: 'sent' });
    return request.leg;
  }

  /** A handset calls, and its call was offered to us. */
  async called(from: string, givesUpAfterMs = 30_000): Promise<IncomingEvent> {
    const before = this.events.length;
    const offer = (): IncomingEvent | undefined =>
      this.events.slice(before).find((event) => event.type === 'incoming');
    await this.lab.callUs({ dialled: '+911412345678', from, givesUpAfterMs });
    await this.lab.waitUntil(() => offer() !== undefined, `the call of ${from}`);
    const call = offer();
    if (call === undefined) throw new Error('nobody called');
    return call;
  }

  async answered(number: string): Promise<LegId> {
    const leg = await this.dial(number);
    await this.until(leg, 'answered');
    return leg;
  }

  /** Waits for the end of the leg, which must be told once, and last. */
  async hungUp(leg: LegId): Promise<HangUpEvidence> {
    await this.until(leg, 'hung_up');
    const last = this.eventsOf(leg).at(-1);
    expect(this.typesOf(leg).filter((type) => type === 'hung_up')).toHaveLength(1);
    if (last?.type !== 'hung_up') throw new Error(`the last event is ${String(last?.type)}`);
    return last.evidence;
  }

  /** Lets three seconds go by, told by the network itself: longer than any handset needs to see that an asking has ended. */
  async threeSeconds(): Promise<void> {
    const probe = await this.dial('9000199999', { ringTimeoutMs: 3000 });
    await this.until(probe, 'hung_up');
  }
}
