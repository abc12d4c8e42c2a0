import { setTimeout as pause } from 'node:timers/promises';
import { round } from './percentiles.ts';
import { createPhoneNumbers } from './phone-numbers.ts';
import { cpuOfProcessMs, cpuOfTreeMs, residentMb } from './process-cost.ts';
import { benchFlowId } from './open-bench-gateway.ts';
import { startSimulatedGateway } from './start-simulated-gateway.ts';

/** One CSV into one campaign. */
export interface Import {
  rows: number;
  accepted: number;
  tookMs: number;
  gatewayCpuMs: number;
  postgresCpuMs: number;
  beforeMb: number;
  /** The most memory of the gateway's process alone (RSS) while it read, in MB. */
  mostMb: number;
}

const lookEveryMs = 100;
/** The first upload of a process also compiles it: nobody's hundred thousand rows are their first. */
const warmUpRows = 2_000;

export async function measureImport(
  rows: number,
  options: { profileDir: string | null; say: (line: string) => void },
): Promise<Import> {
  await using open = new AsyncDisposableStack();
  const gateway = await startSimulatedGateway(options);
  open.defer(() => gateway.stop());
  const numbers = createPhoneNumbers();
  const upload = async (count: number): Promise<{ accepted: number }> => {
    const lines = Array.from({ length: count }, (_, index) => rowOf(index, numbers.next()));
    const created = await gateway.ask('POST', '/v1/campaigns', {
      json: { name: 'import', flow: benchFlowId },
    });
    const { id } = created.body as { id: string };
    const body = { stream: streamOf([header, ...lines]), type: 'text/csv' };
    const reply = await gateway.ask('POST', `/v1/campaigns/${id}/calls`, body);
    if (reply.status !== 202) throw new Error(`the rows were refused: ${JSON.stringify(reply.body)}`);
    return reply.body as { accepted: number };
  };
  await upload(Math.min(rows, warmUpRows));
  options.say(`import: ${rows} rows of CSV`);

  const cpu = async (): Promise<[number, number]> => [
    await cpuOfProcessMs(gateway.pid),
    await cpuOfTreeMs(gateway.postgresPid),
  ];
  const beforeMb = await residentMb(gateway.pid);
  let [mostMb, over] = [beforeMb, false];
  const watching = watch();
  const [gatewayBefore, postgresBefore] = await cpu();
  const startedAt = performance.now();
  const { accepted } = await upload(rows);
  const tookMs = performance.now() - startedAt;
  const [gatewayAfter, postgresAfter] = await cpu();
  over = true;
  await watching;
  return {
    ...{ rows, accepted, tookMs: Math.round(tookMs) },
    gatewayCpuMs: gatewayAfter - gatewayBefore,
    postgresCpuMs: postgresAfter - postgresBefore,
    ...{ beforeMb: round(beforeMb), mostMb: round(mostMb) },
  };

  async function watch(): Promise<void> {
    while (!over) {
      mostMb = Math.max(mostMb, await residentMb(gateway.pid));
      await pause(lookEveryMs);
    }
  }
}

const header = 'to,reference,language,variables.name,metadata.district,metadata.block';

function rowOf(index: number, number: string): string {
  return `${number},teacher-${index},en,Asha ${index},Pune,Block ${index % 40}`;
}

const linesPerChunk = 500;

/** As a client sends a file: in pieces, as they are asked for. */
function streamOf(lines: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let sent = 0;
  return new ReadableStream({
    pull(controller) {
      if (sent >= lines.length) {
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(`${lines.slice(sent, sent + linesPerChunk).join('\n')}\n`));
      sent += linesPerChunk;
    },
  });
}
