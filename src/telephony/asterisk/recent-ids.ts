/** The last ids that were added, up to a limit: memory stays bounded however long the process runs. */
export interface RecentIds {
  add(id: string): void;
  has(id: string): boolean;
}

export function createRecentIds(limit: number): RecentIds {
  const ids = new Set<string>();
  return {
    add(id) {
      ids.add(id);
      if (ids.size > limit) for (const oldest of ids.values().take(1)) ids.delete(oldest);
    },
    has: (id) => ids.has(id),
  };
}
