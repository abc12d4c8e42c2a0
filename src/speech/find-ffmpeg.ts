import { access, constants } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * The ffmpeg that came with the packages, else the one on the path. The package is optional: it fetches its program when it is installed, and
 * where that cannot be reached there is no package, or one without a program.
 */
export async function findFfmpeg(bundledPath: () => unknown = ffmpegStatic): Promise<string> {
  try {
    const path = bundledPath();
    if (typeof path !== 'string') return 'ffmpeg';
    await access(path, constants.X_OK);
    return path;
  } catch {
    return 'ffmpeg';
  }
}

function ffmpegStatic(): unknown {
  return require('ffmpeg-static');
}
