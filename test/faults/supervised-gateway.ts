import { join } from 'node:path';
import { runGateway, type GatewayProcess } from '../support/gateway-process.ts';
import { crashVariable } from './crash-points.ts';

/** A gateway that is started again, on the same data, whenever it dies, as a supervisor would. */
export interface SupervisedGateway {
  /** Where its API is just now; throws while there is none. */
  readonly url: string;
  /** How often it died by its own hand. */
  readonly kills: number;
  stop(): Promise<void>;
}

export interface Supervision {
  environment: Record<string, string>;
  /** Where each of its processes is to die, such as `dialled:10`; those after them live. */
  crashes: readonly string[];
  onDeath: () => void;
}

const crashing = ['--import', join(import.meta.dirname, 'put-crashes-in.ts')];

export function superviseGateway({ environment, crashes, onDeath }: Supervision): SupervisedGateway {
  let process = start(crashes[0]);
  let kills = 0;
  let isStopping = false;

  function start(crash = ''): GatewayProcess {
    return runGateway({ ...environment, [crashVariable]: crash }, crashing);
  }

  async function supervise(): Promise<void> {
    for (;;) {
      const { signal, status, stderr } = await process.exited;
      if (isStopping) return;
      if (signal !== 'SIGKILL')
        throw new Error(`the gateway ended by itself, with status ${status}: ${stderr}`);
      kills += 1;
      onDeath();
      process = start(crashes[kills]);
    }
  }
  const supervision = supervise();

  return {
    get url() {
      return process.url;
    },
    get kills() {
      return kills;
    },
    async stop() {
      isStopping = true;
      process.signal('SIGTERM');
      await supervision;
    },
  };
}
