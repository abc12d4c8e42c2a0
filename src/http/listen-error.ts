/** The gateway cannot listen where it was told to: a mistake of the configuration, or another process in the way. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** Node's, e.g. `EADDRINUSE`. */
  readonly code: string;

  constructor(wanted: { host: string; port: number }, cause: NodeJS.ErrnoException) {
    super(describe(wanted, cause.code), { cause });
    this.code = cause.code ?? 'listen_failed';
  }
}

function describe({ host, port }: { host: string; port: number }, code: string | undefined): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken by another process. End that one, or set IVRS_PORT to a free port.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Set IVRS_PORT to a port above 1023.`;
    case 'EADDRNOTAVAIL':
      return `This machine does not have the address ${host}. Set IVRS_HOST to an address that it has, 127.0.0.1 for example.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${host} is not known. Set IVRS_HOST to an address of this machine, 127.0.0.1 for example.`;
    default:
      return `Listening on ${host}, port ${port}, failed${code === undefined ? '' : ` (${code})`}. Check IVRS_HOST and IVRS_PORT.`;
  }
}
