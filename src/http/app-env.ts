import type { RequestId } from '../domain/ids.ts';

/** What travels with a request through the app. */
export interface AppEnv {
  Variables: {
    /** Ours, or the asker's own where it was well-formed. */
    requestId: RequestId | string;
    /** The route's path as it is documented, e.g. `/v1/calls/{id}`; unset where no route matched. */
    route?: string;
    /** The id in the path, where it is one of ours. */
    subject?: string;
    /** The id of the API key that asks, where it is one of ours. */
    apiKey?: string;
  };
}
