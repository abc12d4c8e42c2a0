/** What travels with a request for a page; whoever observes requests gives it its id, and reads the rest. */
export interface ConsoleEnv {
  Variables: {
    requestId: string;
    /** As it is declared: `/console/calls/{id}`. */
    route?: string;
    /** The id in the path, where it is one of ours. */
    subject?: string;
    /** The id of the API key that is signed in. */
    apiKey?: string;
  };
}
