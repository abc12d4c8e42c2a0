import { assert } from '../../lib/assert.ts';
import type { Clock } from '../../lib/clock.ts';
import type {
  CallsWrittenDown,
  DialRequest,
  DialResult,
  JoinedLegs,
  LegId,
  LiveLeg,
  OfferedCall,
  PromptRequest,
  PromptSound,
  RecordingRequest,
  RecordingState,
  StoredRecording,
  Telephony,
  TelephonyEvent,
  TelephonyProblem,
} from '../telephony.ts';
import { TelephonyUnavailable } from '../telephony.ts';
import type { HandsetEar } from './handset-ear.ts';
import { JoinedPairs } from './joined-pairs.ts';
import type { LegHappening } from './leg-happening.ts';
import { promised } from './promised.ts';
import { SimulatedLeg } from './simulated-leg.ts';
import { SimulatedRecordings } from './simulated-recordings.ts';

export interface SimulatorOptions {
  clock: Clock;
  /** How long a sound is, in milliseconds; null where there is no such file. */
  soundDurationMs: (sound: string) => number | null;
  /** Told of every INVITE as it leaves: the second witness of dialling at most once. */
  onInvite?: (request: DialRequest) => void;
}

const ringAloneMs = 1_000;

/** What becomes of a dial that is made to fail: `unsure_sent` rings all the same, `unsure_lost` never left. */
export type DialFault = 'refused' | 'unsure_sent' | 'unsure_lost';

/**
 * The phone network of the contract's handsets, in this process and on any clock: for development without Asterisk, and for simulations.
 *
 * Legs live in the network, not in the connection to it: when the connection is lost they go on, and what happens to them then is never told.
 * While there is none, `dial` refuses, and every other request throws TelephonyUnavailable.
 */
export class Simulator implements Telephony {
  readonly #options: SimulatorOptions;
  readonly #legs = new Map<LegId, SimulatedLeg>();
  readonly #written = new Map<LegId, OfferedCall>();
  readonly #offered = new Map<LegId, OfferedCall>();
  readonly #dialled = new Set<LegId>();
  #problem: TelephonyProblem | null = { code: 'connecting', detail: 'The simulator has not been started.' };
  #listener: (event: TelephonyEvent) => void = () => undefined;
  #dialFaults: DialFault[] = [];
  readonly #recordings: SimulatedRecordings;
  readonly #joined = new JoinedPairs();

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#recordings = new SimulatedRecordings(options.clock, (leg, over) => this.#tell(leg, over));
  }

  start(): Promise<void> {
    this.restoreConnection();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#problem = { code: 'stopped', detail: 'The simulator was stopped.' };
    return Promise.resolve();
  }

  problem(): TelephonyProblem | null {
    return this.#problem;
  }

  onEvent(listener: (event: TelephonyEvent) => void): void {
    this.#listener = listener;
  }

  dial(request: DialRequest): Promise<DialResult> {
    return promised(() => this.#dial(request));
  }

  ring(leg: LegId): Promise<'done' | 'gone'> {
    return promised(() => this.#dealWith(leg, () => undefined));
  }

  answer(leg: LegId, limits: { absoluteTimeoutMs: number }): Promise<'done' | 'gone'> {
    return promised(() => this.#dealWith(leg, (live) => live.take(limits)));
  }

  refuse(leg: LegId): Promise<'done' | 'gone'> {
    return promised(() => this.#dealWith(leg, (live) => live.hangUp()));
  }

  offered(): Promise<OfferedCall[]> {
    return this.#connected(() => {
      return [...this.#offered.values()].filter(({ leg }) => this.#legs.get(leg)?.state === 'offered');
    });
  }

  writtenCalls(): Promise<CallsWrittenDown> {
    const over = [...this.#written.values()].filter(({ leg }) => !this.#legs.has(leg));
    return promised(() => ({ over, isComplete: true }));
  }

  removeWritten(leg: LegId): Promise<void> {
    return promised(() => void this.#written.delete(leg));
  }

  /** For tests and development: somebody calls us, and waits `givesUpAfterMs` to be answered. */
  receive(call: Omit<OfferedCall, 'at'> & { givesUpAfterMs: number }): void {
    const { givesUpAfterMs, ...offer } = call;
    const offered = { ...offer, at: this.#options.clock.now() };
    const caller = { leg: call.leg, number: call.callerNumber, givesUpAfterMs };
    this.#legs.set(call.leg, new SimulatedLeg({ caller }, this.#surroundingsOf(call.leg)));
    for (const calls of [this.#offered, this.#written]) calls.set(call.leg, offered);
    if (this.#problem === null) this.#listener({ type: 'incoming', ...offered });
    // as the dialplan does it while the gateway is away
    else this.#options.clock.setTimer(ringAloneMs, () => this.#legs.get(call.leg)?.hangUp());
  }

  hangUp(leg: LegId): Promise<'done' | 'gone'> {
    return promised(() => {
      const live = this.#reach(leg);
      live?.hangUp();
      return live === undefined ? 'gone' : 'done';
    });
  }

  say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'> {
    return promised(() => {
      const ear = this.#reach(leg)?.ear;
      if (!ear) return 'gone';
      assert(!this.#joined.has(leg), 'who is joined to somebody is not spoken to');
      this.#say(leg, prompt, ear);
      return 'done';
    });
  }

  stopPrompt(leg: LegId, promptId: string): Promise<'done' | 'gone'> {
    return promised(() => {
      if (this.#reach(leg)?.ear?.stop(promptId) !== true) return 'gone';
      this.#recordings.hush(leg);
      return 'done';
    });
  }

  join({ person, other }: JoinedLegs): Promise<'done' | 'gone'> {
    return promised(() => {
      const ears = [person, other].flatMap((leg) => this.#reach(leg)?.ear ?? []);
      return this.#joined.join({ person, other }, ears);
    });
  }

  part(person: LegId): Promise<void> {
    return this.#connected(() => this.#joined.part(person));
  }

  record(leg: LegId, recording: RecordingRequest): Promise<'done' | 'gone'> {
    return promised(() => {
      if (!this.#reach(leg)?.ear) return 'gone';
      this.#recordings.begin(leg, recording);
      return 'done';
    });
  }

  stopRecording(leg: LegId, recordingId: string): Promise<'done' | 'gone'> {
    return this.#connected(() => {
      if (this.#recordings.state(leg, recordingId) !== 'running') return 'gone';
      this.#options.clock.setTimer(0, () => this.#recordings.end(leg, recordingId));
      return 'done';
    });
  }

  recordingState(leg: LegId, recordingId: string): Promise<RecordingState> {
    return this.#connected(() => this.#recordings.state(leg, recordingId));
  }

  readRecording(leg: LegId, recordingId: string): Promise<AsyncIterable<Uint8Array> | null> {
    return this.#connected(() => this.#recordings.read(leg, recordingId));
  }

  removeRecording(leg: LegId, recordingId: string): Promise<void> {
    return this.#connected(() => this.#recordings.remove(leg, recordingId));
  }

  storedRecordings(): Promise<StoredRecording[]> {
    return this.#connected(() => this.#recordings.stored());
  }

  legs(): Promise<LiveLeg[]> {
    return this.#connected(() => {
      return [...this.#legs.values()].flatMap(({ id, state }) =>
        state === 'gone' || state === 'offered' ? [] : [{ leg: id, state }],
      );
    });
  }

  /** For tests: the connection breaks. Legs go on, untold. */
  loseConnection(reason: string): void {
    if (this.#problem !== null) return;
    this.#problem = { code: 'unreachable', detail: reason };
    this.#listener({ type: 'disconnected', reason });
  }

  /** For tests: the connection is there again; what happened meanwhile is not told. */
  restoreConnection(): void {
    if (this.#problem === null) return;
    this.#problem = null;
    this.#listener({ type: 'connected' });
  }

  /** For tests: the next dials go wrong, in this order. */
  failNextDials(...faults: DialFault[]): void {
    this.#dialFaults.push(...faults);
  }

  #dial(request: DialRequest): DialResult {
    if (this.#problem !== null)
      return { result: 'refused', code: 'not_connected', reason: this.#problem.detail };
    // Not «refused»: the leg that bears this id did leave, and may be ringing.
    if (this.#dialled.has(request.leg)) return { result: 'unsure', reason: 'this leg was dialled before' };
    const fault = this.#dialFaults.shift();
    if (fault === 'refused')
      return { result: 'refused', code: 'refused_by_network', reason: 'the simulator was told to refuse' };
    this.#dialled.add(request.leg);
    if (fault !== 'unsure_lost') this.#invite(request);
    return fault === undefined
      ? { result: 'sent' }
      : { result: 'unsure', reason: 'the simulator was told to be unsure' };
  }

  #invite(request: DialRequest): void {
    this.#options.onInvite?.(request);
    this.#legs.set(request.leg, new SimulatedLeg({ request }, this.#surroundingsOf(request.leg)));
  }

  #surroundingsOf(leg: LegId): ConstructorParameters<typeof SimulatedLeg>[1] {
    return {
      clock: this.#options.clock,
      tell: (happening) => this.#tell(leg, happening),
      speak: (durationMs) => this.#recordings.hear(leg, 'phone', durationMs),
    };
  }

  #say(leg: LegId, prompt: PromptRequest, ear: HandsetEar): void {
    const { promptId, sounds, silenceMs } = prompt;
    const durations = sounds.map((sound) => this.#durationMs(leg, sound));
    const missing = sounds.find((_, index) => durations[index] === null);
    const reason = `the sound ${JSON.stringify(missing)} is missing`;
    const fail = (): void => this.#tell(leg, { type: 'prompt_failed', promptId, reason });
    if (missing !== undefined) return void this.#options.clock.setTimer(0, fail);
    const speechMs = durations.reduce<number>((sumMs, durationMs) => sumMs + (durationMs ?? 0), 0);
    ear.hear({ promptId, speechMs: sounds.length === 0 ? null : speechMs, silenceMs });
    this.#recordings.hear(leg, 'gateway', speechMs);
  }

  #durationMs(leg: LegId, sound: PromptSound): number | null {
    if (typeof sound === 'string') return this.#options.soundDurationMs(sound);
    return this.#recordings.of(leg, sound.recordingId)?.durationMs ?? null;
  }

  #tell(leg: LegId, happening: LegHappening): void {
    const isOver = this.#legs.get(leg)?.state === 'gone';
    if (happening.type === 'hung_up') {
      this.#recordings.endAll(leg);
      this.#legs.delete(leg);
      this.#offered.delete(leg);
      this.#joined.leave(leg);
    } else if (isOver && happening.type !== 'recording_ended') return;
    if (this.#problem === null) this.#listener({ ...happening, leg, at: this.#options.clock.now() });
  }

  #reach(leg: LegId): SimulatedLeg | undefined {
    this.#demandConnection();
    const live = this.#legs.get(leg);
    return live?.state === 'gone' ? undefined : live;
  }

  #dealWith(leg: LegId, how: (offered: SimulatedLeg) => void): 'done' | 'gone' {
    const live = this.#reach(leg);
    if (live?.state !== 'offered') return 'gone';
    how(live);
    return 'done';
  }

  #connected<T>(action: () => T): Promise<T> {
    return promised(() => {
      this.#demandConnection();
      return action();
    });
  }

  #demandConnection(): void {
    if (this.#problem !== null) throw new TelephonyUnavailable(this.#problem.detail);
  }
}
