import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectProblem } from './expect-problem.ts';
import { ask, campaignId, fakeGateway } from './fake-gateway.ts';

interface Report {
  accepted: number;
  rejected: number;
  errors: { line: number; pointer: string; detail: string }[];
}

function upload(body: string | Uint8Array, type: string): Promise<Response> {
  return ask(fakeGateway(), `POST /v1/campaigns/${campaignId}/calls`, {
    body,
    headers: { 'Content-Type': type },
  });
}

async function reportOf(body: string | Uint8Array, type = 'text/csv'): Promise<Report> {
  const response = await upload(body, type);
  expect(response.status).toBe(202);
  return (await response.json()) as Report;
}

const number = '+919876543210';

describe('rows of a CSV', () => {
  it.each<[string, string]>([
    ['plain', `to,reference\n${number},r1\n${number},r2\n`],
    ['with a byte order mark and CRLF', `\uFEFFto,reference\r\n${number},r1\r\n${number},r2`],
    [
      'with quotes and commas in cells',
      `to,reference,variables.name\n"${number}",r1,"Asha, ""A"""\n${number},r2,x\n`,
    ],
    ['with empty lines', `to,reference\n\n${number},r1\n\n${number},r2\n\n`],
    ['in Hindi', `to,reference,variables.name\n${number},r1,आशा\n${number},r2,रवि`],
    ['with semicolons, as spreadsheets write them', `\uFEFFto;reference\r\n${number};r1\r\n${number};r2\r\n`],
    ['with tabs', `\nto\treference\n${number}\tr1\n${number}\tr2\n`],
    [
      'with a quote that stands for itself',
      `to,reference,variables.name\n${number},r1,The "big" one\n${number},r2,"un"q"uoted\n`,
    ],
  ])('%s', async (_, body) => {
    expect(await reportOf(body)).toMatchObject({ accepted: 2, rejected: 0, errors: [] });
  });

  it('at fault are named by their line, and refuse no other', async () => {
    const body = `to,reference,variables.name\n${number},r1,"two, quoted"\n${number}\n12,r3,${'x'.repeat(501)}\n${number},r4,\n`;
    const report = await reportOf(body);
    expect(report).toMatchObject({ accepted: 2, rejected: 2 });
    expect(report.errors).toEqual([
      { line: 3, pointer: '', detail: 'has 1 cells, but there are 3 columns' },
      { line: 4, pointer: '/variables/name', detail: expect.stringContaining('at most 500') as string },
    ]);
  });

  it('of another encoding are named', async () => {
    const latin = Buffer.from(
      `to,reference,variables.name\n${number},r1,Jos\xe9\n${number},r2,Asha\n`,
      'latin1',
    );
    expect(await reportOf(latin)).toMatchObject({
      accepted: 1,
      errors: [{ line: 2, detail: expect.stringContaining('not valid UTF-8') as string }],
    });
  });

  it('behind a quote that is never closed are lost, and that is said', async () => {
    const report = await reportOf(`to,reference\n${number},r1\n${number},"r2\n${number},r3\n`);
    expect(report).toMatchObject({ accepted: 1, rejected: 1 });
    expect(report.errors[0]?.detail).toContain('never closed');
  });

  it('before a quote that is never closed are kept, however many there are', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `${number},r${index}\n`).join('');
    const report = await reportOf(`to,reference\n${rows}${number},"r3000\n${rows}`);
    expect(report).toMatchObject({ accepted: 3_000, rejected: 1, errors: [{ line: 3_002 }] });
  });

  it('before a quote that swallows more than any row may have are kept', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `${number},r${index}\n`).join('');
    const report = await reportOf(`to,reference\n${number},r\n${number},"open\n${rows}`);
    expect(report).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 3 }] });
    expect(report.errors[0]?.detail).toContain('from here on');
  });

  it('that a quote has swallowed are named, and those behind it are kept', async () => {
    const report = await reportOf(
      `to,reference,variables.name\n${number},r1,"open\n${number},r2,"Asha"\n${number},r3,Ravi\n`,
    );
    expect(report).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 2 }] });
    expect(report.errors[0]?.detail).toContain('down to line 3');
  });

  it.each<[string, string, RegExp]>([
    ['a column in capitals', `To,reference\n${number},r1`, /Did you mean «to»/],
    ['a name of the sender’s own for numbers', `mobile,reference\n${number},r1`, /Call it «to»/],
    ['a column of the sender’s own', `to,reference,district\n${number},r1,x`, /«metadata\.district»/],
    ['an unknown column', `to,reference,phone\n${number},r1,x`, /«phone» is not a known column/],
    ['no reference', `to\n${number}`, /«reference» is missing/],
    ['nothing', '', /has no header/],
  ])('%s in the header is 422', async (_, body, detail) => {
    const problem = await expectProblem(await upload(body, 'text/csv'), 'invalid_request');
    expect(JSON.stringify(problem)).toMatch(detail);
  });
});

describe('rows of JSON', () => {
  it('one a line', async () => {
    const body = `{"to":"${number}","reference":"r1"}\n\n{"to":"${number}"\n[]\n{"to":"${number}","reference":"r2","form":1}`;
    const report = await reportOf(body, 'application/x-ndjson');
    expect(report).toMatchObject({ accepted: 1, rejected: 3 });
    expect(report.errors).toEqual([
      { line: 3, pointer: '', detail: 'is not JSON' },
      { line: 4, pointer: '', detail: expect.stringContaining('must be an object') as string },
      { line: 5, pointer: '/form', detail: 'is not a known field' },
    ]);
  });

  it('in a list', async () => {
    const body = JSON.stringify([{ to: number, reference: 'r1' }, 7, { to: number, reference: 'a\u0000' }]);
    const report = await reportOf(body, 'application/json');
    expect(report).toMatchObject({ accepted: 1, rejected: 2 });
    expect(report.errors.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('in anything else than a list are refused', async () => {
    await expectProblem(await upload('{}', 'application/json'), 'invalid_request');
  });
});

it('an upload of another type is refused', async () => {
  await expectProblem(await upload('x', 'text/plain'), 'unsupported_media_type');
});

it('no upload is answered with an error of ours, whatever it holds', async () => {
  const types = fc.constantFrom('text/csv', 'application/x-ndjson', 'application/json');
  const lines = fc.array(
    fc.oneof(fc.string(), fc.json(), fc.constant('to,reference'), fc.constant(`"${number}`)),
  );
  await fc.assert(
    fc.asyncProperty(types, lines, async (type, parts) => {
      const { status } = await upload(parts.join('\n'), type);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 200 },
  );
});
