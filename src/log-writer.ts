import { write, writeSync } from 'node:fs';

/**
 * Writes lines of text to a file descriptor, several together, and never keeps anybody waiting: a program that speaks to people on the phone must not stand
 * still because nobody reads its log. Where the reader is slow, lines wait; where too many do, or the reader is gone, they are lost, and once lines can be
 * written again the first of them says how many.
 */
export interface LogWriter {
  /** @param line with its line break */
  write(line: string): void;
  /** For the process's last moment: what waits is written at once, as far as that takes no waiting. */
  end(): void;
}

export interface LogWriterOptions {
  fd: number;
  /** A line in place of those that were lost. */
  tellOfLost: (count: number) => string;
  /** How long a line may wait for others, in milliseconds. */
  flushEveryMs?: number;
  /** So many letters are written without waiting for more. */
  enoughLetters?: number;
  mostWaitingLetters?: number;
}

interface Portion {
  bytes: Buffer;
  /** That are lost if it cannot be written, with those of which it tells. */
  lines: number;
}

/** A write for each line was 3 % of the gateway's CPU under load. */
const usualFlushEveryMs = 200;
const usualEnoughLetters = 4_096;
/** Some thousand lines: minutes of a slow reader, in good days. */
const usualMostWaitingLetters = 1_048_576;
/** A pipe that is full is tried again after this. */
const againAfterMs = 100;

export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { fd, flushEveryMs = usualFlushEveryMs, enoughLetters = usualEnoughLetters } = options;
  const { tellOfLost, mostWaitingLetters = usualMostWaitingLetters } = options;
  let waiting: string[] = [];
  let waitingLetters = 0;
  let lost = 0;
  let isWriting = false;
  setInterval(flush, flushEveryMs).unref();

  function flush(): void {
    if (isWriting || waiting.length === 0) return;
    isWriting = true;
    writeOn(take());
  }

  function take(): Portion {
    const text = (lost > 0 ? [tellOfLost(lost), ...waiting] : waiting).join('');
    const portion = { bytes: Buffer.from(text), lines: lost + waiting.length };
    [waiting, waitingLetters, lost] = [[], 0, 0];
    return portion;
  }

  function writeOn({ bytes, lines }: Portion): void {
    write(fd, bytes, (error, count) => {
      if (error?.code === 'EAGAIN') {
        setTimeout(() => writeOn({ bytes, lines }), againAfterMs).unref();
        return;
      }
      if (error === null && count < bytes.length) {
        writeOn({ bytes: bytes.subarray(count), lines });
        return;
      }
      if (error !== null) lost += lines;
      isWriting = false;
    });
  }

  return {
    write(line) {
      if (waitingLetters + line.length > mostWaitingLetters) {
        lost += 1;
        return;
      }
      waiting.push(line);
      waitingLetters += line.length;
      if (waitingLetters >= enoughLetters) flush();
    },
    end() {
      if (waiting.length === 0) return;
      let { bytes } = take();
      try {
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
      } catch {
        // nobody reads it
      }
    },
  };
}
