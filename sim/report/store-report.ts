/**
 * What a command about a store leaves, as text.
 *
 * @module
 */
import { unreachable } from '../../src/index.ts';
import { formatCount } from '../scenario/quantity.ts';
import { formatSpace } from './space-tables.ts';
import {
  jobEndLines,
  logLines,
  relationLines,
  snapshotLines,
  statusLines,
  withdrawnLines,
} from './store-copy-lines.ts';
import type { StoreRecord } from './store-record.ts';
import {
  checkLines,
  driveChangeLines,
  driveLines,
  releaseLines,
  undoneLines,
  workLines,
} from './store-upkeep-lines.ts';
import {
  dataSetLines,
  definedLines,
  exportLines,
  importLines,
  initLines,
  scratchLines,
  volumeDetailLines,
  volumeLines,
} from './store-volume-lines.ts';

/**
 * Lines of a record, not wider than the screen where that can be.
 *
 * @param folder - Of the store, as it was written: for commands that go on from here.
 */
export function formatStoreRecord(
  record: StoreRecord,
  folder: string,
  width: number,
): readonly string[] {
  switch (record.kind) {
    case 'init':
      return initLines(record);
    case 'volumes':
      return volumeLines(record.volumes, folder, width);
    case 'volumeDefine':
      return definedLines(record);
    case 'volumeRemove':
      return [`${record.volume.device} is removed`];
    case 'volume':
      return volumeDetailLines(record, width);
    case 'volumeImport':
      return importLines(record);
    case 'volumeExport':
      return exportLines(record);
    case 'dataSets':
      return dataSetLines(record, width);
    case 'dataSetScratch':
      return scratchLines(record, folder);
    case 'snapshot':
      return snapshotLines(record, folder);
    case 'backup':
    case 'restore':
      return jobEndLines(record, folder);
    case 'log':
      return logLines(record, width);
    case 'relations':
      return relationLines(record, width);
    case 'status':
      return statusLines(record);
    case 'withdraw':
      return withdrawnLines(record);
    case 'drives':
      return driveLines(record, width);
    case 'driveFail':
    case 'driveReturn':
    case 'driveReplace':
      return driveChangeLines(record, folder);
    case 'work':
    case 'scrub':
      return workLines(record, folder);
    case 'collect':
      return [
        `${formatCount(record.cylinders, 'cylinder')} emptied, ${formatCount(record.tracks, 'track')} moved`,
      ];
    case 'release':
      return releaseLines(record, folder, width);
    case 'undo':
      return undoneLines(record);
    case 'space':
      return formatSpace(record, width);
    case 'check':
      return checkLines(record, folder);
    default:
      return unreachable(record, 'store-record-kind');
  }
}
