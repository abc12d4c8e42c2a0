const lastsMs = 400;
const frequencyHz = 1_000;
/** As loud as speech on the line, −18 dBFS at its peaks: nobody takes the phone from the ear. */
const peak = 0.125 * 32_767;
/** Without these it would begin and end with a click. */
const fadeMs = 10;

/** «Now you»: the tone before a recording, 16 bits a sample. */
export function beepSamples(rateHz: number): Int16Array {
  const count = (lastsMs * rateHz) / 1000;
  const fade = (fadeMs * rateHz) / 1000;
  return Int16Array.from({ length: count }, (_, at) => {
    const level = Math.min(1, at / fade, (count - 1 - at) / fade);
    return Math.round(peak * level * Math.sin((2 * Math.PI * frequencyHz * at) / rateHz));
  });
}
