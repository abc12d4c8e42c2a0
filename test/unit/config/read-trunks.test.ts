import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';
import { simulatorTrunk } from '../../../src/domain/calls/trunk.ts';

const needed = { IVRS_TELEPHONY: 'simulator', IVRS_API_KEY: 'T5r9xQ2mWc7LkZ0vBn4JhYd8' };

it('takes the simulator’s own trunk where no file is named', () => {
  expect(readConfig(needed).trunks).toMatchObject({ revision: 0, trunks: [simulatorTrunk] });
});

it('reads the trunks of the file that is named', () => {
  const { trunks } = readConfig({ ...needed, IVRS_TRUNKS_FILE: 'asterisk/trunks.json' }).trunks;
  expect(trunks.map(({ name }) => name)).toEqual(['carrier-a']);
});

it('tells of the file’s mistakes together with those of the variables', () => {
  const wrong = { ...needed, IVRS_PORT: 'x', IVRS_TRUNKS_FILE: '/nowhere/trunks.json' };
  expect(() => readConfig(wrong)).toThrow(/2 mistakes/);
  expect(() => readConfig(wrong)).toThrow(/IVRS_PORT must be a port/);
  expect(() => readConfig(wrong)).toThrow(
    'IVRS_TRUNKS_FILE names /nowhere/trunks.json, which cannot be read',
  );
});
