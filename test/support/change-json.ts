/** For what invents faults: the paths of all places in a JSON value, the root left out. */
export function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    ...(path.length > 0 ? [path] : []),
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key])),
  ];
}

/** Puts another value there; does nothing where an earlier change has taken the place away. */
export function put(json: Record<string, unknown>, path: string[], value: unknown): void {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined,
      json,
    );
  if (typeof parent === 'object' && parent !== null)
    (parent as Record<string, unknown>)[path.at(-1) ?? ''] = value;
}
