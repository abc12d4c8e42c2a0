import { programFault } from './program-fault.ts';
import type { ProgramResult } from './run-program.ts';
import type { SpeechFault } from './speech-fault.ts';

/** Why ffmpeg gave nothing, for whoever runs this machine. */
export function faultOf(program: string, run: Exclude<ProgramResult, { result: 'done' }>): SpeechFault {
  const remedy = 'install ffmpeg (on Debian: apt-get install ffmpeg), or name it in FFMPEG_BIN';
  return programFault({ program, role: 'transcoder', work: 'transcoding', remedy }, run);
}
