/**
 * Names in a store that the shell may complete: volumes, devices, drives, jobs, data sets.
 *
 * The store is the first word of the command line that is a folder with one in it. It is only looked at:
 * no lock is taken and nobody is told.
 *
 * @module
 */
import { formatDeviceNumber, InputError, Installation } from '../../src/index.ts';
import { openStore, StoreFault } from '../../src/store.ts';
import { isStoreFolder, type NameKind, type Offer } from './completion-offer.ts';

/** Offers the names of a kind; nothing where there is no store that can be read. */
export function offerNames(kind: NameKind, offer: Offer): void {
  const words = process.argv.slice(process.argv.indexOf('--') + 1);
  const folder = words.find(isStoreFolder);
  if (folder === undefined) return;
  try {
    const opened = openStore(folder, { mode: 'read' });
    try {
      offerFrom(new Installation(opened.stored, 'read'), kind, words, offer);
    } finally {
      opened.abandon();
    }
  } catch (error) {
    // Completion is no place to report a store that cannot be read: commands do.
    if (!(error instanceof StoreFault || error instanceof InputError)) throw error;
  }
}

function offerFrom(
  installation: Installation,
  kind: NameKind,
  words: readonly string[],
  offer: Offer,
): void {
  switch (kind) {
    case 'volumes':
      for (const { device, volser } of installation.volumes()) {
        const number = formatDeviceNumber(device.number);
        if (volser !== undefined) offer(volser, number);
        offer(number, volser ?? `empty ${device.model.name}`);
      }
      return;
    case 'emptyDevices':
      for (const { device, volser } of installation.volumes()) {
        if (volser === undefined) offer(formatDeviceNumber(device.number), device.model.name);
      }
      return;
    case 'drives':
      for (const { group, members } of installation.subsystem.drives.report().groups) {
        for (const { member, role, state } of members)
          offer(`${group}/${member}`, `${role}, ${state}`);
      }
      return;
    case 'jobs':
      for (const name of new Set(installation.log().map((job) => job.name))) offer(name, 'job');
      return;
    default:
      offerDataSets(installation, words, offer);
  }
}

/** Data sets of the first volume on the command line. */
function offerDataSets(installation: Installation, words: readonly string[], offer: Offer): void {
  for (const word of words.slice(0, -1)) {
    const device = word === '' ? undefined : installation.findText(word);
    if (device?.kind !== 'done') continue;
    const vtoc = installation.dataSets({ kind: 'device', device: device.value.number });
    if (vtoc.kind === 'done') for (const { name } of vtoc.value.entries) offer(name, 'data set');
    return;
  }
}
