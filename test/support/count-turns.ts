/** Counts the turns of the event loop that others have meanwhile; `end` says how many there were, and counts no further. */
export function countTurns(): { turns(): number; end(): number } {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  return {
    turns: () => turns,
    end() {
      isOver = true;
      return turns;
    },
  };
}
