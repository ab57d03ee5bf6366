/**
 * Does what is asked of a store.
 *
 * @module
 */
import { unreachable } from '../../src/index.ts';
import type { TaskEars } from './convert-image.ts';
import { checkStore, repairStore } from './store-checking.ts';
import {
  backUp,
  inquireStatus,
  listRelations,
  restoreBackup,
  showLog,
  snapshotVolumes,
  withdrawCopy,
} from './store-copies.ts';
import { makeStore } from './store-making.ts';
import type { StoreAnswer, StoreOutcome, StoreTask } from './store-request.ts';
import { type StoreMode, type StoreSession, withStore } from './store-session.ts';
import {
  changeDrive,
  collect,
  listDataSets,
  listDrives,
  release,
  scratchDataSets,
  showSpace,
  undoRelease,
  work,
} from './store-upkeep.ts';
import {
  defineVolumes,
  exportVolume,
  importVolume,
  listVolumes,
  removeVolume,
  showVolume,
} from './store-volumes.ts';

/** Opens the store, does the request, and closes it. @throws StoreFault, InputError */
export async function performStoreRequest(task: StoreTask, ears: TaskEars): Promise<StoreAnswer> {
  const { folder, request } = task;
  if (request.kind === 'init') {
    return { outcome: makeStore(folder, request.form, ears), opening: null };
  }
  if (request.kind === 'check') {
    const { repair, salvage } = request;
    const outcome = repair ? repairStore(folder, salvage, ears) : checkStore(folder, ears);
    return { outcome, opening: null };
  }
  return await withStore(task, modeOf(request), ears, (session) => perform(session, request));
}

/** Requests that need an open store. */
type OpenRequest = Exclude<StoreTask['request'], { kind: 'init' | 'check' }>;

/** How the store is to be open: who reads tracks keeps them where they are. */
function modeOf(request: OpenRequest): StoreMode {
  switch (request.kind) {
    case 'relations':
    case 'drives':
    case 'log':
      return 'read';
    case 'volumes':
    case 'volume':
    case 'volumeExport':
    case 'dataSets':
    case 'status':
    case 'space':
      return 'readTracks';
    case 'backup':
    case 'restore':
    case 'release':
      return request.dryRun ? 'readTracks' : 'write';
    default:
      return 'write';
  }
}

function perform(
  session: StoreSession,
  request: OpenRequest,
): StoreOutcome | Promise<StoreOutcome> {
  switch (request.kind) {
    case 'volumes':
      return listVolumes(session);
    case 'volume':
      return showVolume(session, request);
    case 'volumeDefine':
      return defineVolumes(session, request);
    case 'volumeImport':
      return importVolume(session, request);
    case 'volumeExport':
      return exportVolume(session, request);
    case 'volumeRemove':
      return removeVolume(session, request);
    case 'dataSets':
      return listDataSets(session, request);
    case 'dataSetScratch':
      return scratchDataSets(session, request);
    case 'snapshot':
      return snapshotVolumes(session, request);
    case 'backup':
      return backUp(session, request);
    case 'restore':
      return restoreBackup(session, request);
    case 'relations':
      return listRelations(session);
    case 'status':
      return inquireStatus(session, request);
    case 'withdraw':
      return withdrawCopy(session, request);
    case 'drives':
      return listDrives(session);
    case 'driveFail':
    case 'driveReturn':
    case 'driveReplace':
      return changeDrive(session, request);
    case 'scrub':
    case 'work':
      return work(session, request.kind);
    case 'collect':
      return collect(session, request);
    case 'release':
      return release(session, request);
    case 'undo':
      return undoRelease(session, request);
    case 'space':
      return showSpace(session);
    case 'log':
      return showLog(session, request);
    default:
      return unreachable(request, 'store-request-kind');
  }
}
