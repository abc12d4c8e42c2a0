import { assert } from '../../src/lib/assert.ts';
import type { EngineCommand, EngineInput } from '../../src/domain/flows/flow-session.ts';
import type { TransferResult } from '../../src/domain/flows/transfer.ts';

/** What will become of a transfer, counted from its beginning. */
export interface ComingTransfer {
  /** When the other one is joined to the person; null for never. */
  joinsAfterMs: number | null;
  endsAfterMs: number;
  result: TransferResult;
}

const never = Number.MAX_VALUE;
/** As in a rehearsal: it fails when the words about it are over. */
const unforeseen: ComingTransfer = { joinsAfterMs: null, endsAfterMs: never, result: 'failed' };

interface RunningTransfer {
  id: string;
  /** Infinite once they are joined. */
  joinsAt: number;
  endsAt: number;
  result: TransferResult;
}

/** Whoever joins people to each other on a line of tests, and holds the engine to what it may ask of them. */
export class ComingTransfers {
  /** Whom the engine wanted, and what they heard first. */
  readonly asked: string[] = [];
  readonly #coming: ComingTransfer[];
  #running: RunningTransfer | null = null;

  constructor(coming: readonly ComingTransfer[]) {
    this.#coming = [...coming];
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  get isJoined(): boolean {
    return this.#running?.joinsAt === Infinity;
  }

  get nextAt(): number {
    return Math.min(this.#running?.joinsAt ?? Infinity, this.#running?.endsAt ?? Infinity);
  }

  get failsAfterWords(): boolean {
    return this.#running?.endsAt === never;
  }

  begin({ transferId, to }: EngineCommand & { type: 'transfer' }, now: number): void {
    assert(this.#running === null, 'one transfer at a time');
    this.asked.push([to].flat().join(' '));
    const coming = this.#coming.shift() ?? unforeseen;
    this.#running = {
      id: transferId,
      joinsAt: coming.joinsAfterMs === null ? never : now + coming.joinsAfterMs,
      endsAt: coming.endsAfterMs === never ? never : now + coming.endsAfterMs,
      result: coming.result,
    };
  }

  end(transferId: string): void {
    assert(this.#running?.id === transferId, 'what is ended goes on');
    this.#running = null;
  }

  /** What happens next, when its time has come. */
  happen(now: number): EngineInput {
    const running = this.#running;
    assert(running, 'a transfer goes on');
    if (running.joinsAt <= running.endsAt && running.joinsAt !== never) {
      running.joinsAt = Infinity;
      return { type: 'transfer_joined', at: now, transferId: running.id };
    }
    this.#running = null;
    return { type: 'transfer_ended', at: now, transferId: running.id, result: running.result };
  }
}
