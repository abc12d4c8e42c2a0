import type { KeptSound, SoundStore } from '../../src/recordings/sound-store.ts';
import { bytesOf } from './recorded-sound.ts';

/** A disk that outlives the processes that store sounds on it. */
export class InMemorySounds implements SoundStore {
  readonly byName = new Map<string, Buffer>();

  async keep(name: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const bytes = await bytesOf(pieces);
    this.byName.set(name, bytes);
    return bytes.length;
  }

  read(name: string): Promise<KeptSound | null> {
    const bytes = this.byName.get(name);
    return Promise.resolve(
      bytes === undefined ? null : { sizeBytes: bytes.length, pieces: inOnePiece(bytes) },
    );
  }

  remove(name: string): Promise<void> {
    this.byName.delete(name);
    return Promise.resolve();
  }

  keptBefore(): Promise<string[]> {
    return Promise.resolve([...this.byName.keys()]);
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}
