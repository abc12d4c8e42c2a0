import type { Clock } from '../../src/lib/clock.ts';
import { Simulator, type SimulatorOptions } from '../../src/telephony/simulator/simulator.ts';
import type {
  DialRequest,
  DialResult,
  JoinedLegs,
  LegId,
  LiveLeg,
  PromptRequest,
} from '../../src/telephony/telephony.ts';
import type { PhoneNetwork } from '../support/gated-telephony.ts';

/** What somebody who listens at the phones would notice, beside the events. A leg may be told to speak before it can: nothing is heard then. */
export interface NetworkWitness {
  /** Phones that ring or talk, as far as their events tell. */
  readonly legCount: number;
  said(leg: LegId, prompt: PromptRequest): void;
  silenced(leg: LegId, promptId: string): void;
  joined(legs: JoinedLegs): void;
  parted(person: LegId): void;
}

/** The phone network with a witness: it is never disconnected itself, only the processes' connections to it are. */
export class WatchedNetwork extends Simulator implements PhoneNetwork {
  readonly #witness: NetworkWitness;
  readonly #clock: Clock;
  readonly #prompts = new Map<LegId, string>();

  constructor(options: SimulatorOptions, witness: NetworkWitness) {
    super(options);
    this.#clock = options.clock;
    this.#witness = witness;
  }

  /** What comes of a dial over this endpoint, of the behaviours of the handsets; null where the phone itself decides. */
  faultOf: (endpoint: string) => string | null = () => null;

  /** A trunk that fails: the INVITE is the same, and what comes of it is that of a phone that nothing reaches. */
  override dial(request: DialRequest): Promise<DialResult> {
    const fault = this.faultOf(request.endpoint);
    const endpoint =
      fault === null ? request.endpoint : request.endpoint.replace(/\+919000\d\d/, `+919000${fault}`);
    return super.dial({ ...request, endpoint });
  }

  /** Told before the reply is on its way: a process may die of waiting for it. */
  override say(leg: LegId, prompt: PromptRequest): Promise<'done' | 'gone'> {
    this.#witness.said(leg, prompt);
    this.#prompts.set(leg, prompt.promptId);
    return super.say(leg, prompt);
  }

  /** Whose end happened but is not told yet is waited for: over one connection the event comes before the list. */
  override async legs(): Promise<LiveLeg[]> {
    for (;;) {
      const live = await super.legs();
      if (live.length === this.#witness.legCount) return live;
      await new Promise<void>((resolve) => void this.#clock.setTimer(0, resolve));
    }
  }

  override async join(legs: JoinedLegs): Promise<'done' | 'gone'> {
    const result = await super.join(legs);
    if (result === 'done') this.#witness.joined(legs);
    return result;
  }

  override part(person: LegId): Promise<void> {
    this.#witness.parted(person);
    return super.part(person);
  }

  silence(leg: LegId): void {
    const prompt = this.#prompts.get(leg);
    if (prompt !== undefined) void this.stopPrompt(leg, prompt);
  }

  override stopPrompt(leg: LegId, promptId: string): Promise<'done' | 'gone'> {
    this.#witness.silenced(leg, promptId);
    return super.stopPrompt(leg, promptId);
  }
}
