import { spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
  /** How many were being answered when this one came, itself among them. */
  atOnce: number;
}

export interface SpeechServer {
  url: string;
  seen: SeenRequest[];
  /** How the next requests are answered. */
  answer: (request: SeenRequest, response: ServerResponse) => void | Promise<void>;
}

/** A service on loopback that answers as a test says; its connections are cut after the test. */
export async function startSpeechServer(answer: SpeechServer['answer']): Promise<SpeechServer> {
  let atOnce = 0;
  const service: SpeechServer = { url: '', seen: [], answer };
  const server = createServer((request, response) => {
    atOnce += 1;
    response.on('close', () => (atOnce -= 1));
    void text(request).then(async (body) => {
      const seen = {
        ...{ method: request.method ?? '', headers: request.headers, body, atOnce },
        url: new URL(request.url ?? '', 'http://service'),
      };
      service.seen.push(seen);
      await service.answer(seen, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return service;
}

/** A second of a tone, as services send it. */
export function toneFile(format: 'mp3' | 'wav'): Buffer {
  const from = ['-f', 'lavfi', '-i', 'sine=frequency=440:duration=1:sample_rate=24000'];
  const to = ['-ac', '1', '-bitexact', '-write_xing', '0', '-f', format, 'pipe:1'].filter(
    (_, index, all) => format === 'mp3' || !['-write_xing', '0'].includes(all[index] ?? ''),
  );
  const run = spawnSync(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-loglevel', 'error', ...from, ...to]);
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return run.stdout;
}

/** What goes wrong with services in the field, and what it is to be called. */
export const misbehaviours: { it: string; code: string; answer: SpeechServer['answer'] }[] = [
  {
    it: 'wants no more requests',
    code: 'synthesiser_blocked',
    answer: (_, response) => void response.writeHead(429, { 'retry-after': '120' }).end('slow down'),
  },
  {
    it: 'forbids it',
    code: 'synthesiser_blocked',
    answer: (_, response) => void response.writeHead(403).end(),
  },
  {
    it: 'asks whether we are a person',
    code: 'synthesiser_blocked',
    answer: (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<form>captcha</form>'),
  },
  {
    it: 'sends us elsewhere',
    code: 'synthesiser_blocked',
    answer: ({ url }, response) =>
      void response.writeHead(302, { location: `/sorry?continue=${url.pathname}` }).end(),
  },
  {
    it: 'is broken',
    code: 'synthesiser_unreachable',
    answer: (_, response) => void response.writeHead(502).end('bad gateway'),
  },
  {
    it: 'breaks off in the middle',
    code: 'synthesiser_unreachable',
    answer(_, response) {
      response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': '50000' });
      response.write(Buffer.alloc(25_000, 0xff), () => response.destroy());
    },
  },
  {
    it: 'ends the connection without a word',
    code: 'synthesiser_unreachable',
    answer: (_, response) => void response.destroy(),
  },
  { it: 'hangs', code: 'synthesiser_timed_out', answer: () => undefined },
  {
    it: 'drips',
    code: 'synthesiser_timed_out',
    answer(_, response) {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      const drip = setInterval(() => response.write(Buffer.from([0xff, 0xfb])), 20);
      response.on('close', () => clearInterval(drip));
    },
  },
  {
    it: 'sends something else',
    code: 'synthesiser_failed',
    answer: (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end('\x89PNG'),
  },
  {
    it: 'says that it is sound when it is not',
    code: 'synthesiser_failed',
    answer: (_, response) =>
      void response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('no frames here'),
  },
  {
    it: 'sends without end',
    code: 'synthesiser_failed',
    answer(_, response) {
      response.writeHead(200, { 'content-type': 'audio/mpeg' });
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(256 * 1024, 0xff), more);
      };
      more();
    },
  },
  {
    it: 'does not speak these words',
    code: 'text_refused',
    answer: (_, response) => void response.writeHead(400, { 'content-type': 'text/html' }).end(),
  },
];
