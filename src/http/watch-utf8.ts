/** Bytes on their way, and whether all that went by until now is UTF-8. */
export interface WatchedUtf8 {
  chunks: AsyncIterable<Uint8Array>;
  readonly isValid: boolean;
}

/**
 * A reader that puts U+FFFD in the place of bytes that are no UTF-8 cannot tell them from a U+FFFD that somebody has sent: the bytes can. What follows the
 * first fault may have been read ahead of whoever asks.
 */
export function watchUtf8(chunks: AsyncIterable<Uint8Array>): WatchedUtf8 {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isValid = true;
  const note = (chunk?: Uint8Array): void => {
    if (!isValid) return;
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      isValid = false;
    }
  };
  async function* watch(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      note(chunk);
      yield chunk;
    }
    note();
  }
  return {
    chunks: watch(),
    get isValid() {
      return isValid;
    },
  };
}
