import { isId } from '../../domain/ids.ts';
import { writeCallsCsv, writeUnreachedCsv } from '../../workflows/write-campaign-file.ts';
import type { Page } from '../page.ts';

/** The same files as the API’s, for whoever has a browser and no program. */
export const callsFile: Page = fileOf('calls', writeCallsCsv);
export const unreachedFile: Page = fileOf('unreached', writeUnreachedCsv);

function fileOf(name: string, write: typeof writeCallsCsv): Page {
  return {
    path: `/campaigns/{id}/${name}.csv`,
    scope: 'calls:read',
    show: ({ useCases, principal, id }) =>
      isId('cmp', id) ? write(useCases, { id, principal }) : Promise.resolve(null),
  };
}
