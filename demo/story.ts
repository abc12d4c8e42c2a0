import type { TimelineLine } from './api-client.ts';
import type { VerifiedEvent } from './webhook-inbox.ts';

/** Lines in the order of their time: what the timeline tells is asked for now and then, and comes later than the webhooks. */
export class Story {
  readonly #startedAt: number;
  readonly #say: (line: string) => void;
  #untold: { at: number; text: string }[] = [];

  constructor(startedAt: number, say: (line: string) => void) {
    this.#startedAt = startedAt;
    this.#say = say;
  }

  tell(at: number, text: string): void {
    this.#untold.push({ at, text });
  }

  tellEvent(at: number, event: VerifiedEvent): void {
    this.tell(at, `webhook  ✓ signature  ${describeEvent(event)}`);
  }

  tellTimeline(line: TimelineLine): void {
    const text = describeLine(line);
    if (text !== null) this.tell(Date.parse(line.at), `phone    ${text}`);
  }

  /** Shows what happened until this instant. */
  show(until: number): void {
    const due = this.#untold.filter((line) => line.at <= until).toSorted((one, other) => one.at - other.at);
    this.#untold = this.#untold.filter((line) => line.at > until);
    for (const { at, text } of due)
      this.#say(`${((at - this.#startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  }
}

function describeEvent({ type, sequence, data }: VerifiedEvent): string {
  return `${String(sequence ?? '').padStart(2)} ${type}${detailOf({ type, data })}`;
}

function detailOf({ type, data }: Pick<VerifiedEvent, 'type' | 'data'>): string {
  if (data.response) return `  ${data.response.question} = ${data.response.value}`;
  if (type === 'call.ended') return `  outcome: ${data.call?.outcome ?? ''}`;
  if (data.voice_message) return `  reference number: ${data.voice_message.reference_number}`;
  if (data.missed_call) return `  on ${data.missed_call.line} from ${data.missed_call.from ?? ''}`;
  if (data.proof) return `  list: ${data.list ?? ''}, key: ${data.proof.key ?? ''}`;
  return '';
}

function describeLine(line: TimelineLine): string | null {
  switch (line.type) {
    case 'call.attempt_started':
      return 'dialling';
    case 'call.ringing':
      return 'ringing';
    case 'call.answered':
      return 'answered';
    case 'prompt':
      return `hears    «${line.step ?? ''}»`;
    case 'key':
      return `presses  ${line.key ?? ''}  (${line.use ?? ''})`;
    default:
      return null; // the others are shown as the webhooks that tell of them
  }
}
