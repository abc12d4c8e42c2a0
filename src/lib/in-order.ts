/**
 * Gives what is made at the same time in the order in which it was begun. What could not be made keeps nothing that was begun later from being
 * given.
 */
export function inOrder(): <Made>(made: Promise<Made>) => Promise<Made> {
  let before: Promise<unknown> = Promise.resolve();
  return (made) => {
    const given = before.then(() => made);
    before = given.then(
      () => undefined,
      () => undefined,
    );
    // who hears of a fault is whoever waits for it
    made.catch(() => undefined);
    return given;
  };
}
