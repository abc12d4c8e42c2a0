import fc from 'fast-check';
import examples from 'libphonenumber-js/mobile/examples';
import { getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { AssertionError } from '../../../src/lib/assert.ts';
import {
  dialString,
  maskedDialString,
  maskNumber,
  parsePhoneNumber,
  timeZoneOf,
  type PhoneNumber,
} from '../../../src/domain/phone-numbers/phone-number.ts';
import {
  numberFormats,
  numberFormatSchema,
  type NumberFormat,
} from '../../../src/domain/phone-numbers/number-format.ts';
import { timeZoneByCountry } from '../../../src/domain/phone-numbers/time-zone-by-country.ts';

function number(text: string): PhoneNumber {
  const parsed = parsePhoneNumber(text);
  if (parsed.result !== 'parsed') throw new Error(`${text} is ${parsed.reason}`);
  return parsed.number;
}

describe('parsePhoneNumber', () => {
  it.each([
    '+919000001239',
    '+919876543210',
    '+442079460958',
    '+447400123456',
    '+12025550123',
    '+911123456789',
    '+541123456789',
    '+390612345678',
  ])('accepts %s', (text) => {
    expect(parsePhoneNumber(text)).toEqual({ result: 'parsed', number: text });
  });

  it.each<[string, string, string]>([
    ['no plus', '919876543210', 'malformed'],
    ['a national number', '09876543210', 'malformed'],
    ['spaces', '+91 98765 43210', 'malformed'],
    ['full-width digits', '+９１９８７６５４３２１０', 'malformed'],
    ['Devanagari digits', '+९१९८७६५४३२१०', 'malformed'],
    ['a full-width plus', '＋919876543210', 'malformed'],
    ['a line end', '+919876543210\n', 'malformed'],
    ['an extension', '+919876543210;ext=1', 'malformed'],
    ['too many digits', '+9198765432101234', 'malformed'],
    ['nothing', '', 'malformed'],
    ['a digit too many for India', '+9198765432100', 'not_valid'],
    ['a national 0 after the code', '+9109876543210', 'not_valid'],
    ['a beginning that India has not given out', '+911000000000', 'not_valid'],
    ['a code of no country', '+9991234567', 'not_valid'],
    ['toll-free', '+911800123456', 'not_allowed'],
    ['premium rate', '+449098790000', 'not_allowed'],
    ['shared cost', '+448431234567', 'not_allowed'],
    ['a pager', '+447640123456', 'not_allowed'],
    ['a personal number', '+447012345678', 'not_allowed'],
    ['international toll-free', '+80012345678', 'not_allowed'],
    ['a satellite phone', '+881612345678', 'not_allowed'],
    ['internet telephony', '+33912345678', 'not_allowed'],
  ])('refuses %s', (_name, text, reason) => {
    expect(parsePhoneNumber(text)).toMatchObject({ result: 'refused', reason });
  });

  it('accepts every handset of the contract', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (digits) => {
        expect(parsePhoneNumber(`+919000${String(digits).padStart(6, '0')}`).result).toBe('parsed');
      }),
    );
  });

  it('accepts and refuses in every country what the library says of the type', () => {
    const countries = getCountries();
    const numbers = fc
      .tuple(fc.constantFrom(...countries), fc.integer({ min: 0, max: 99_999 }), fc.nat({ max: 8 }))
      .map(([country, end, known]) => {
        // a number that exists, with its end changed: else most would be of no type
        const example = getExampleNumber(country, examples)?.number ?? '+919876543210';
        const kept = example.slice(0, Math.max(4, example.length - known));
        return (
          kept +
          String(end)
            .padStart(5, '0')
            .slice(0, example.length - kept.length)
        );
      });
    fc.assert(
      fc.property(numbers, (text) => {
        const parsed = parsePhoneNumberFromString(text, { extract: false });
        const type = parsed?.number === text ? parsed.getType() : undefined;
        const isPersonal = ['MOBILE', 'FIXED_LINE', 'FIXED_LINE_OR_MOBILE'].includes(type ?? '');
        const { result } = parsePhoneNumber(text);
        expect(result).toBe(isPersonal && parsed?.country !== undefined ? 'parsed' : 'refused');
      }),
      { numRuns: 5_000 },
    );
  });

  const injections = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('+919876543210', '919876543210', 'PJSIP/'), fc.string())
      .map((parts) => parts.join('')),
    fc
      .tuple(
        fc.string(),
        fc.constantFrom(
          '+919876543210',
          '@carrier',
          '&Local/1@x',
          ',,x(1)',
          '\r\nAction: Originate',
          '${SHELL(id)}',
          ';tag',
        ),
      )
      .map((parts) => parts.join('+919876543210')),
    fc.stringMatching(/^\+[0-9]{6,16}$/),
  );

  const formats = fc.oneof(
    fc.constantFrom<NumberFormat>(...numberFormats),
    fc.record({ prefix: fc.stringMatching(/^\d{1,12}$/), format: fc.constantFrom('e164', 'national') }),
    fc.record({
      template: fc.stringMatching(/^\+?\d{0,6}(\{country\})?\d{0,6}\{national\}\d{0,6}$/),
    }),
  );

  /** What would leave if somebody forgot to parse it. */
  function dialledUnparsed(text: string, format: NumberFormat): string {
    try {
      return dialString(text as PhoneNumber, format);
    } catch (error) {
      if (error instanceof AssertionError) return 'refused';
      throw error;
    }
  }

  it('lets nothing through to a trunk but digits, perhaps after a plus', () => {
    fc.assert(
      fc.property(injections, formats, (text, format) => {
        const parsed = parsePhoneNumber(text);
        if (parsed.result === 'parsed') {
          expect(parsed.number).toBe(dialString(parsed.number, 'e164_plus'));
          expect(maskedDialString(parsed.number, format)).toHaveLength(
            dialString(parsed.number, format).length,
          );
          expect(dialString(parsed.number, format)).toMatch(/^\+?[0-9]+$(?!\n)/);
        }
        expect(dialledUnparsed(text, format)).toMatch(/^(\+?[0-9]+|refused)$(?!\n)/);
        if (!/^\+[0-9]+$(?!\n)/.test(text)) expect(parsed.result).toBe('refused');
      }),
      { numRuns: 1000 },
    );
  });

  it('dials nothing that was never parsed', () => {
    expect(() => dialString('+919876543210@evil' as PhoneNumber, 'e164_plus')).toThrow(
      'only parsed numbers are dialled',
    );
  });
});

describe('a number that is not in E.164', () => {
  it.each([
    ['9876543210', /code of the country/],
    ['09876543210', /code of the country/],
    ['+91 98765-43210', /without spaces/],
    ['+91 (98765) 43210', /without spaces/],
    ['9.19877E+11', /format «text»/],
    ['', /such as \+919876543210$/],
    ['somebody', /such as \+919876543210$/],
  ])('%s: it is said what is wrong with it', (text, detail) => {
    expect(parsePhoneNumber(text)).toMatchObject({
      result: 'refused',
      detail: expect.stringMatching(detail) as string,
    });
  });
});

describe('dialString', () => {
  it.each([
    ['+919000001239', 'e164_plus', '+919000001239'],
    ['+919000001239', 'e164', '919000001239'],
    ['+919000001239', 'national', '09000001239'],
    ['+919000001239', { prefix: '99', format: 'e164' }, '99919000001239'],
    ['+919000001239', { prefix: '5', format: 'national' }, '509000001239'],
    ['+919000001239', { template: '00{country}{national}' }, '00919000001239'],
    ['+919000001239', { template: '+{country}{national}' }, '+919000001239'],
    ['+12025550123', { template: '1{national}' }, '12025550123'],
  ] as const)('writes %s in %s as %s', (text, format, dialled) => {
    expect(dialString(number(text), format)).toBe(dialled);
  });

  it.each([
    ['+919876543210', 'e164_plus', '+91******3210'],
    ['+919876543210', 'national', '0******3210'],
    ['+919876543210', { template: '00{country}{national}' }, '0091******3210'],
    ['+919876543210', { prefix: '3210', format: 'e164' }, '321091******3210'],
  ] as const)('hides of %s in %s all but %s', (text, format, shown) => {
    expect(maskedDialString(number(text), format)).toBe(shown);
  });
});

describe('numberFormatSchema', () => {
  it.each([
    'plus',
    '',
    { prefix: '+1', format: 'e164' },
    { prefix: '1', format: 'e164_plus' },
    { prefix: '', format: 'e164' },
    { prefix: '1234567890123', format: 'e164' },
    { prefix: '1\n', format: 'e164' },
    { template: '' },
    { template: '00{country}' },
    { template: '{national}{national}' },
    { template: '{national}\n' },
    { template: '0+{national}' },
    { template: '{national}@evil' },
    { template: '{national}', prefix: '1' },
    { template: '\u0661{national}' },
    { template: `${'1'.repeat(30)}{national}` },
    null,
    3,
  ])('refuses %j', (format) => {
    expect(numberFormatSchema.safeParse(format).success).toBe(false);
  });

  it('takes no template that lets anything through but digits, perhaps after a plus', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '{national}',
        '{country}',
        '+',
        '0',
        '@',
        '&Local/1@x',
        ',',
        '\r\n',
        '{number}',
        ';tag',
      ),
    );
    const templates = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          templates,
          templates.map((text) => `${text}{national}`),
        ),
        (template) => {
          const parsed = numberFormatSchema.safeParse({ template });
          if (parsed.success)
            expect(dialString(number('+919000001239'), parsed.data)).toMatch(
              /^\+?[0-9]*9000001239[0-9]*$(?!\n)/,
            );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('maskNumber', () => {
  it.each([
    ['+919876543210', '+91******3210'],
    ['+442079460958', '+44******0958'],
    ['+12025550123', '+1******0123'],
    ['+29022158', '+290****8'],
  ])('shows of %s no more than %s', (text, masked) => {
    expect(maskNumber(number(text))).toBe(masked);
  });
});

describe('timeZoneOf', () => {
  it.each([
    ['+919000001239', 'Asia/Kolkata'],
    ['+447400123456', 'Europe/London'],
    ['+9779841234567', 'Asia/Kathmandu'],
    ['+12025550123', null],
    ['+5511961234567', null],
    ['+61412345678', null],
  ])('knows for %s: %s', (text, zone) => {
    expect(timeZoneOf(number(text))).toBe(zone);
  });

  it('names only zones that exist', () => {
    for (const timeZone of Object.values(timeZoneByCountry)) {
      expect(() => new Intl.DateTimeFormat('en', { timeZone })).not.toThrow();
    }
  });
});
