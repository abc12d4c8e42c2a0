import { Readable } from 'node:stream';
import type { Context } from 'hono';
import type { KeptSound } from '../workflows/use-cases.ts';
import type { AppEnv } from './app-env.ts';

/** A WAV file, piece by piece. It is somebody's voice: nobody on the way may keep it. */
export function sendSound(c: Context<AppEnv>, sound: KeptSound): Response {
  c.header('Content-Type', 'audio/wav');
  c.header('Content-Length', String(sound.sizeBytes));
  c.header('Cache-Control', 'private, no-store');
  return c.body(Readable.toWeb(Readable.from(sound.pieces)) as ReadableStream<Uint8Array>);
}
