import { itemsOf } from '../../prompts/say.ts';
import { pointerTo } from '../../pointer-to.ts';
import type { StepDefinition } from '../flow-definition.ts';
import type { Saying } from '../step-behaviour.ts';
import { behaviourOf } from '../step-behaviours.ts';
import type { AdviceRule, FlowAdvice } from './flow-advice.ts';

/** «For news, press 1» is understood; of «press 1 for news» the key is forgotten by the time that one knows what it is for. */
export const wordOrderAdvice: readonly AdviceRule[] = [
  ({ flow }) =>
    flow.definition.steps.flatMap((step, index) => textsOf(step).flatMap((text) => judge(text, index))),
];

/** By the base of the language's tag: a key that is named before what it is for. */
const keyFirst: Readonly<Record<string, RegExp>> = {
  en: /\bpress\s+(?:the\s+)?(?:key\s+|number\s+)?(?:\d|\*|#|one|two|three|four|five|six|seven|eight|nine|zero|star|hash)\s+(?:for|to|if)\b/i,
  hi: /(?:[\d०-९]|एक|दो|तीन|चार|पाँच|पांच|शून्य)\s+(?:नंबर\s+)?(?:को\s+)?(?:दबाएँ|दबाएं|दबाइए|दबाइये|दबाये|दबाओ)\s+(?:अगर|यदि|[^।.,!?]{0,60}के लिए\s*(?:[।.,!?]|$))/,
  es: /\b(?:presione|pulse|marque|oprima)\s+(?:el\s+)?(?:\d|uno|dos|tres|cuatro|cinco|cero)\s+(?:para|si)\b/i,
  fr: /\b(?:appuyez\s+sur|tapez|composez|faites)\s+(?:le\s+)?(?:\d|un|deux|trois|quatre|cinq|zéro)\s+(?:pour|si)\b/i,
  pt: /\b(?:pressione|aperte|digite|tecle|disque)\s+(?:o\s+)?(?:\d|um|dois|três|quatro|cinco|zero)\s+(?:para|se)\b/i,
  sw: /\bbonyeza\s+(?:namba\s+|nambari\s+)?(?:\d|moja|mbili|tatu|nne|tano|sifuri)\s+(?:kwa|ili|kama)\b/i,
  id: /\btekan\s+(?:angka\s+)?(?:\d|satu|dua|tiga|empat|lima|nol)\s+(?:untuk|jika|bila)\b/i,
};

interface PlacedText {
  pointer: string;
  language: string;
  text: string;
}

function judge({ pointer, language, text }: PlacedText, index: number): FlowAdvice[] {
  const pattern = keyFirst[language.split('-', 1)[0] ?? ''];
  if (pattern?.test(text) !== true) return [];
  return [
    {
      code: 'key_before_choice',
      pointer: `${pointerTo('steps', index)}${pointer}${pointerTo(language)}`,
      detail: 'names the key before what it is for',
      suggestion: 'Say what for and then the key: «For news, press 1».',
    },
  ];
}

function textsOf(step: StepDefinition): PlacedText[] {
  return behaviourOf(step).sayings(step).flatMap(textsOfSaying);
}

function textsOfSaying(saying: Saying): PlacedText[] {
  if ('label' in saying) return placed(saying.label, saying.pointer);
  const { say, pointer } = saying;
  return itemsOf(say).flatMap((item, index) =>
    typeof item === 'object' && 'text' in item
      ? placed(item.text, `${Array.isArray(say) ? `${pointer}/${index}` : pointer}/text`)
      : [],
  );
}

function placed(texts: Readonly<Record<string, string>>, pointer: string): PlacedText[] {
  return Object.entries(texts).map(([language, text]) => ({ pointer, language, text }));
}
