/**
 * The door to files (`vdasd/store`): volume images by name, and stores in folders, on Node.
 *
 * @module
 */
export { checkFolder, repairFolder } from './store/check-folder.ts';
export type { CheckOfStore, RepairOfStore } from './store/check-store.ts';
export { fileFault, withFile } from './store/file-fault.ts';
export { type OpenedImage, type OpenImageOptions, openImageFile } from './store/open-image-file.ts';
export {
  createStore,
  nearestFolder,
  type OpenedStore,
  type OpenStoreOptions,
  openStore,
  putInPlace,
} from './store/open-store.ts';
export type { RecoveryReport } from './store/recovery-report.ts';
export {
  outputFiles,
  type SavedImage,
  type SaveImageOptions,
  saveImageFile,
} from './store/save-image-file.ts';
export { digestVolume, type VolumeDigest } from './store/sha256.ts';
export { StoreFault, type StoreFaultCode } from './store/store-fault.ts';
export type { StoreProblem } from './store/store-problem.ts';
export { ZstdCompress } from './store/zstd-compress.ts';
