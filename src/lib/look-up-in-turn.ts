/**
 * One look-up at a time: what is asked for while one is on its way is looked up together by the next. So many askers cost no more than one who asks
 * again and again.
 *
 * @param find the values of those keys that have one; when it throws, all who asked for them hear so
 */
export function lookUpInTurn<Key, Value>(
  find: (keys: Key[]) => Promise<ReadonlyMap<Key, Value>>,
): (key: Key) => Promise<Value | undefined> {
  let next: { keys: Set<Key>; found: Promise<ReadonlyMap<Key, Value>> } | null = null;
  let running: Promise<unknown> = Promise.resolve();

  function begin(): { keys: Set<Key>; found: Promise<ReadonlyMap<Key, Value>> } {
    const keys = new Set<Key>();
    const found = running.then(() => {
      next = null;
      return find([...keys]);
    });
    running = found.catch(() => undefined);
    return { keys, found };
  }

  return async (key) => {
    next ??= begin();
    next.keys.add(key);
    return (await next.found).get(key);
  };
}
