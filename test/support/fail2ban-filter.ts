import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../asterisk/fail2ban/ivrs-asterisk.conf');
/** As fail2ban cuts it out of a line before it looks at the rest. */
const writtenAt = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\]/;

/** Whom our filter would have fail2ban ban for these lines of Asterisk's log, in their order: its own pattern, as fail2ban reads it. */
export async function bannedBy(log: string): Promise<string[]> {
  const filter = await readFile(file, 'utf8');
  const pattern = /^failregex = (.*)$/m.exec(filter)?.[1];
  if (pattern === undefined) throw new Error('the filter has no failregex');
  const failure = new RegExp(pattern.replace('<HOST>', '(?<host>[0-9a-f.:]+)'));
  return log.split('\n').flatMap((line) => {
    const host = failure.exec(line.replace(writtenAt, '[]'))?.groups?.['host'];
    return host === undefined ? [] : [host];
  });
}
