/** What goes wrong rejects, as it would where the network is far away. */
export function promised<T>(action: () => T): Promise<T> {
  return new Promise((resolve) => resolve(action()));
}

export async function* pieceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}
