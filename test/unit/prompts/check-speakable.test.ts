import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSpeakable } from '../../../src/domain/prompts/check-speakable.ts';

function faults(text: string, language: string): string[] {
  return checkSpeakable(text, language).map((fault) => fault.detail);
}

describe('a text', () => {
  it.each([
    ['hi', 'नमस्ते {{name}}। आपका OTP तैयार है।'],
    ['hi', '{{name}}'],
    ['hi', 'कुल 15 बच्चे, जिनमें १२ लड़कियाँ।'],
    ['en', 'Is 3 < 5 and 7 > 2? Yes: 5 °C, © 2026 ₹ 100'],
    ['en', 'Café naïve, R&D; more.'],
    ['mr', 'क‍ृपया थांबा'],
    ['as', 'অনুগ্ৰহ কৰি ৰওক।'],
    ['bn', 'অনুগ্রহ করে অপেক্ষা করুন।'],
    ['pa', 'ਕਿਰਪਾ ਕਰਕੇ ਉਡੀਕ ਕਰੋ।'],
    ['pa-Arab', 'مہربانی کر کے اڈیک کرو۔'],
    ['ur', 'براہ کرم انتظار کیجیے۔'],
    ['ar', 'من فضلك انتظر، {{name}}'],
    ['sw', 'Tafadhali subiri.'],
    ['es-419', '¿Cómo está? ¡Pulse 1!'],
    ['ja', '少々お待ちください。'],
    ['xx', 'ne znayu что это'],
    ['en-Xxxx', 'A script that nobody knows.'],
  ])('in %s can be spoken: «%s»', (language, text) => {
    expect(checkSpeakable(text, language)).toEqual([]);
  });

  it.each([
    ['hi', 'Namaste, aap kaise hain?', 'another script («Namaste,») than «hi»'],
    ['hi', 'নমস্কার', 'another script («নমস্কার») than «hi»'],
    ['hi', 'नमस्ते, நன்றி', 'another script («நன்றி») than «hi»'],
    ['en', 'Hello नमस्ते', 'another script («नमस्ते») than «en»'],
    ['en', 'Plеаse wait', 'another script («Plеаse») than «en»'],
    ['ta', 'Hello {{name}}', 'another script («Hello») than «ta»'],
    ['pa-Arab', 'ਕਿਰਪਾ ਕਰਕੇ', 'another script'],
    ['en', 'Well done 🎉', 'has an emoji («🎉»)'],
    ['en', 'I ♥ quizzes', 'has an emoji («♥»)'],
    ['en', 'Press 1️⃣', 'has an emoji'],
    ['en', 'Flag 🇮🇳', 'has an emoji'],
    ['en', '<speak>Hello</speak>', 'has markup («<speak>»)'],
    ['en', 'Hello<break time="1s"/> there', 'has markup («<break time="1s"/>»)'],
    ['en', 'Bread &amp; butter', 'has markup («&amp;»)'],
    ['en', 'Bread &#38; butter', 'has markup («&#38;»)'],
    ['en', '<!-- hidden -->', 'has markup'],
    ['en', 'Caf\ufffd', 'stands for nothing (U+FFFD)'],
    ['en', 'A\ue000B', 'stands for nothing (U+E000)'],
    ['en', '…', 'nothing that can be spoken'],
    ['en', '   ', 'nothing that can be spoken'],
    ['hi', '।', 'nothing that can be spoken'],
  ])('in %s cannot be spoken: «%s»', (language, text, fault) => {
    expect(faults(text, language)).toEqual([expect.stringContaining(fault)]);
  });

  it('is told everything at once', () => {
    expect(faults('<b>Well done</b> 🎉', 'en')).toHaveLength(2);
  });

  it('is judged whatever it is', () => {
    const language = fc.constantFrom('hi', 'en', 'ur', 'ja', 'xx', 'en-Xxxx', 'zh-Hans-CN');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), language, (text, tag) => {
        for (const fault of checkSpeakable(text, tag)) expect(fault.detail).not.toBe('');
      }),
    );
  });
});
