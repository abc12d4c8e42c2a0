import type {
  CallsWrittenDown,
  DialRequest,
  DialResult,
  JoinedLegs,
  LegId,
  LiveLeg,
  OfferedCall,
  PromptRequest,
  RecordingRequest,
  RecordingState,
  StoredRecording,
  Telephony,
  TelephonyEvent,
  TelephonyProblem,
} from '../../src/telephony/telephony.ts';
import { TelephonyUnavailable } from '../../src/telephony/telephony.ts';
import type { DialFault } from '../../src/telephony/simulator/simulator.ts';
import type { ProcessGate } from './process-gate.ts';

/** What a request to the phone network is called; all others go to the ledger. */
export const telephonyOperations = [
  ...(['writtenCalls', 'removeWritten'] as const),
  ...(['join', 'part'] as const),
  ...(['dial', 'ring', 'answer', 'refuse', 'offered', 'legs', 'hangUp', 'say', 'stopPrompt'] as const),
  ...(['record', 'stopRecording', 'recordingState', 'readRecording', 'removeRecording'] as const),
  'storedRecordings',
] as const;
type Operation = (typeof telephonyOperations)[number];

export interface PhoneNetwork extends Telephony {
  /** Stops whatever the leg is told to say, at once. */
  silence(leg: LegId): void;
}

/**
 * One process's connection to a phone network that lives on without it. Requests arrive in the order in which they were made; those that are
 * on their way when the connection is lost are cut, and nothing is told of what happens while there is none. What a leg was told to say
 * over an earlier connection nobody knows, so it is silenced first, as the adapter for Asterisk does it.
 */
export class GatedTelephony implements Telephony {
  readonly #gate: ProcessGate;
  readonly #network: PhoneNetwork;
  readonly #dialFault: () => DialFault | null;
  readonly #onDial: (request: DialRequest) => void;
  #problem: TelephonyProblem | null = { code: 'connecting', detail: 'not connected yet' };
  /** Counts connections, so that a request knows whether its own is still there. */
  #connection = 0;
  #line: Promise<unknown> = Promise.resolve();
  /** Legs that were spoken to over this connection. */
  readonly #spokenTo = new Set<LegId>();
  #listener: (event: TelephonyEvent) => void = () => undefined;

  constructor(
    gate: ProcessGate,
    world: {
      network: PhoneNetwork;
      dialFault: () => DialFault | null;
      /** Told of every request to dial as it is made. */
      onDial: (request: DialRequest) => void;
    },
  ) {
    this.#gate = gate;
    this.#network = world.network;
    this.#dialFault = world.dialFault;
    this.#onDial = world.onDial;
  }

  get connected(): boolean {
    return this.#problem === null;
  }

  start(): Promise<void> {
    this.restoreConnection();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#problem = { code: 'stopped', detail: 'stopped' };
    return Promise.resolve();
  }

  problem(): TelephonyProblem | null {
    return this.#problem;
  }

  onEvent(listener: (event: TelephonyEvent) => void): void {
    this.#listener = listener;
  }

  /** Something happened in the network. */
  deliver(event: TelephonyEvent): void {
    // Ids of prompts may come again after a crash: the end of an earlier one is not taken for that of a new one.
    if (event.type === 'prompt_ended' && !this.#spokenTo.has(event.leg)) return;
    if (this.#gate.alive && this.connected) this.#listener(event);
  }

  loseConnection(): void {
    if (!this.connected) return;
    this.#problem = { code: 'unreachable', detail: 'the connection was lost' };
    this.#listener({ type: 'disconnected', reason: 'the connection was lost' });
  }

  restoreConnection(): void {
    if (this.connected || !this.#gate.alive) return;
    this.#problem = null;
    this.#connection += 1;
    this.#spokenTo.clear();
    this.#listener({ type: 'connected' });
  }

  async dial(request: DialRequest): Promise<DialResult> {
    const connection = this.#connection;
    if (this.#gate.alive) this.#onDial(request);
    try {
      await this.#arrive('dial', connection);
    } catch {
      return { result: 'refused', code: 'not_connected', reason: 'it never left' };
    }
    const fault = this.#dialFault();
    if (fault === 'refused')
      return { result: 'refused', code: 'refused_by_network', reason: 'refused by the network' };
    if (fault === 'unsure_lost') return { result: 'unsure', reason: 'it was lost' };
    const result = await this.#gate.act(() => this.#network.dial(request));
    try {
      await this.#return('dial', connection);
    } catch {
      return { result: 'unsure', reason: 'the reply was lost' };
    }
    return fault === 'unsure_sent' ? { result: 'unsure', reason: 'the reply was lost' } : result;
  }

  ring(leg: LegId): Promise<'done' | 'gone'> {
    return this.#ask('ring', () => this.#network.ring(leg));
  }

  answer(leg: LegId, limits: { absoluteTimeoutMs: number }): Promise<'done' | 'gone'> {
    return this.#ask('answer', () => this.#network.answer(leg, limits));
  }

  refuse(leg: LegId): Promise<'done' | 'gone'> {
    return this.#ask('refuse', () => this.#network.refuse(leg));
  }

  offered(): Promise<OfferedCall[]> {
    return this.#ask('offered', () => this.#network.offered());
  }

  writtenCalls(): Promise<CallsWrittenDown> {
    return this.#ask('writtenCalls', () => this.#network.writtenCalls());
  }

  removeWritten(leg: LegId): Promise<void> {
    return this.#ask('removeWritten', () => this.#network.removeWritten(leg));
  }

  hangUp(leg: LegId): Promise<'done' | 'gone'> {
    return this.#ask('hangUp', () => this.#network.hangUp(leg));
  }

  say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'> {
    return this.#ask('say', () => {
      this.#silenceUnknown(leg);
      return this.#network.say(leg, prompt);
    });
  }

  stopPrompt(leg: LegId, promptId: string): Promise<'done' | 'gone'> {
    return this.#ask('stopPrompt', () => this.#network.stopPrompt(leg, promptId));
  }

  join(legs: JoinedLegs): Promise<'done' | 'gone'> {
    return this.#ask('join', () => {
      this.#silenceUnknown(legs.person);
      this.#silenceUnknown(legs.other);
      return this.#network.join(legs);
    });
  }

  part(person: LegId): Promise<void> {
    return this.#ask('part', () => this.#network.part(person));
  }

  record(leg: LegId, recording: RecordingRequest): Promise<'done' | 'gone'> {
    return this.#ask('record', () => this.#network.record(leg, recording));
  }

  stopRecording(leg: LegId, recordingId: string): Promise<'done' | 'gone'> {
    return this.#ask('stopRecording', () => this.#network.stopRecording(leg, recordingId));
  }

  recordingState(leg: LegId, recordingId: string): Promise<RecordingState> {
    return this.#ask('recordingState', () => this.#network.recordingState(leg, recordingId));
  }

  readRecording(leg: LegId, recordingId: string): Promise<AsyncIterable<Uint8Array> | null> {
    return this.#ask('readRecording', () => this.#network.readRecording(leg, recordingId));
  }

  removeRecording(leg: LegId, recordingId: string): Promise<void> {
    return this.#ask('removeRecording', () => this.#network.removeRecording(leg, recordingId));
  }

  storedRecordings(): Promise<StoredRecording[]> {
    return this.#ask('storedRecordings', () => this.#network.storedRecordings());
  }

  legs(): Promise<LiveLeg[]> {
    return this.#ask('legs', () => this.#network.legs());
  }

  #silenceUnknown(leg: LegId): void {
    if (!this.#spokenTo.has(leg)) this.#network.silence(leg);
    this.#spokenTo.add(leg);
  }

  async #ask<T>(operation: Operation, effect: () => Promise<T>): Promise<T> {
    const connection = this.#connection;
    await this.#arrive(operation, connection);
    const result = await this.#gate.act(effect);
    await this.#return(operation, connection);
    return result;
  }

  #arrive(operation: Operation, connection: number): Promise<void> {
    const arrival = this.#line.then(async () => {
      this.#demand(connection);
      await this.#gate.pass({ operation, stage: 'before' }, cut);
      this.#demand(connection);
    });
    this.#line = arrival.catch(() => undefined);
    return arrival;
  }

  async #return(operation: Operation, connection: number): Promise<void> {
    await this.#gate.pass({ operation, stage: 'after' }, cut);
    this.#demand(connection);
  }

  #demand(connection: number): void {
    if (!this.connected || connection !== this.#connection) throw cut();
  }
}

function cut(): Error {
  return new TelephonyUnavailable('the connection was lost');
}
