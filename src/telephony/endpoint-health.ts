/** Whether calls can be expected to come through over an endpoint, as the network itself knows. */
export interface EndpointHealth {
  up: boolean;
  /** A sentence where it is not. */
  reason: string | null;
}

/** By the name of the endpoint; one of which nothing is known is left out. */
export type SeenEndpoints = ReadonlyMap<string, EndpointHealth>;

/** Watches endpoints, for as long as it is not stopped. */
export interface EndpointWatch {
  start(): void;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

export interface EndpointWatchOptions {
  /** Its name, for the log. */
  asterisk: string;
  endpoints: readonly string[];
  /** Told again and again, also while nothing changes: whoever is not told does not know. */
  onSeen: (seen: SeenEndpoints) => void;
}
