/** Runs works one after the other, in the order in which they were asked for; one that fails does not keep the next from its turn. */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = before.then(work, work);
    before = done;
    return done;
  };
}
