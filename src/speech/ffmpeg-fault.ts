import type { ProgramResult } from './run-program.ts';
import { SpeechFault } from './speech-fault.ts';

/** Why ffmpeg gave nothing, for whoever runs this machine. */
export function faultOf(program: string, run: Exclude<ProgramResult, { result: 'done' }>): SpeechFault {
  switch (run.result) {
    case 'missing':
      return new SpeechFault(
        'transcoder_missing',
        `${program} cannot be found: install ffmpeg (on Debian: apt-get install ffmpeg), or name it in FFMPEG_BIN`,
      );
    case 'timed_out':
      return new SpeechFault(
        'transcoder_timed_out',
        `${program} did not finish within its time limit and was ended`,
      );
    case 'aborted':
      return new SpeechFault('closed', 'transcoding was called off');
    case 'failed':
      return new SpeechFault('transcoder_failed', `${program} failed: ${run.detail}`);
  }
}
