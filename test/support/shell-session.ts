import { spawn } from 'node:child_process';

/** A shell that somebody types into: variables stay from one block to the next. */
export interface ShellSession {
  /** What the block wrote. Rejects where the shell ends, or the block takes longer than `limitMs`. */
  type(block: string, limitMs?: number): Promise<string>;
  close(): Promise<void>;
}

export function openShell(cwd: string): ShellSession {
  const child = spawn('sh', [], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let written = '';
  let look: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      look();
    });
  }
  let blocks = 0;
  return {
    async type(block, limitMs = 20_000) {
      const end = `end of block ${(blocks += 1)}\n`;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      written = '';
      look = () => {
        if (written.endsWith(end)) resolve(written.slice(0, -end.length));
      };
      const limit = setTimeout(
        () => reject(new Error(`«${block}» did not end; so far: ${written}`)),
        limitMs,
      );
      void closed.then(() => reject(new Error(`the shell ended in «${block}»: ${written}`)));
      child.stdin.write(`${block}\nprintf '${end.replace('\n', '\\n')}'\n`);
      return promise.finally(() => clearTimeout(limit));
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
