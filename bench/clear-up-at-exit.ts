/**
 * For what would outlive this process when it is ended by a signal: `clearUp` runs at its exit, whatever the reason, unless what this returns
 * was called before. It must do its work at once; nothing is waited for.
 */
export function clearUpAtExit(clearUp: () => void): () => void {
  process.once('exit', clearUp);
  return () => process.off('exit', clearUp);
}
