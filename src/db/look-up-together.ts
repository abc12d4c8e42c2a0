interface Waiting<Value> {
  resolve: (value: Value | undefined) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes one look-up of many that are asked for in one turn of the event loop: a page of due calls asks for each of its persons, and that shall
 * not be a statement for each.
 *
 * @param find the values of those keys that have one; when it throws, all who asked hear so
 */
export function lookUpTogether<Key, Value>(
  find: (keys: Key[]) => Promise<ReadonlyMap<Key, Value>>,
): (key: Key) => Promise<Value | undefined> {
  let waiting = new Map<Key, Waiting<Value>[]>();

  async function run(): Promise<void> {
    const asked = waiting;
    waiting = new Map();
    try {
      const found = await find([...asked.keys()]);
      for (const [key, all] of asked) for (const { resolve } of all) resolve(found.get(key));
    } catch (error) {
      for (const all of asked.values()) for (const { reject } of all) reject(error);
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(() => void run());
      waiting.set(key, [...(waiting.get(key) ?? []), { resolve, reject }]);
    });
}
