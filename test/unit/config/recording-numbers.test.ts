import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config/read-config.ts';

const needed = { IVRS_TELEPHONY: 'simulator', IVRS_API_KEY: 'T5r9xQ2mWc7LkZ0vBn4JhYd8' };

it.each([
  [undefined, []],
  ['+919876543210', ['+919876543210']],
  ['+919876543210, +919876543211', ['+919876543210', '+919876543211']],
])('IVRS_RECORDING_NUMBERS=%s', (text, numbers) => {
  const variables = { ...needed, ...(text === undefined ? {} : { IVRS_RECORDING_NUMBERS: text }) };
  expect(readConfig(variables).recordingNumbers).toEqual(numbers);
});

it.each(['9876543210', '+919876543210,', '+12', 'all', '+919876543210;+919876543211'])(
  'IVRS_RECORDING_NUMBERS=%s is a mistake, so that nobody is trusted by chance',
  (text) => {
    expect(() => readConfig({ ...needed, IVRS_RECORDING_NUMBERS: text })).toThrow(
      /IVRS_RECORDING_NUMBERS must be phone numbers/,
    );
  },
);
