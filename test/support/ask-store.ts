/**
 * Asks a store what a command would ask, in this process: starting one costs more than most answers.
 *
 * @module
 */
import { performStoreRequest } from '../../sim/cli/perform-store-request.ts';
import type { StoreRequest } from '../../sim/cli/store-request.ts';
import type { StoreRecord } from '../../sim/report/store-record.ts';

const EARS = { progress: () => undefined, writes: () => undefined, shouldStop: () => false };

type RecordOf<Kind extends StoreRecord['kind']> = Extract<StoreRecord, { kind: Kind }>;

/** What the store in a folder answers. @throws Error when it refuses, as JSON */
export async function askStore<Kind extends StoreRequest['kind']>(
  folder: string,
  request: Extract<StoreRequest, { kind: Kind }>,
): Promise<RecordOf<Kind>> {
  const task = { kind: 'store', folder, host: undefined, request } as const;
  const { outcome } = await performStoreRequest(task, EARS);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.record as RecordOf<Kind>;
}

/** Digest of a volume. */
export async function digestInStore(folder: string, volume: string): Promise<string | null> {
  return (await askStore(folder, { kind: 'volume', volume, digest: true })).digest;
}

/** What the check finds. */
export async function problemsInStore(folder: string): Promise<readonly unknown[]> {
  return (await askStore(folder, { kind: 'check', repair: false, salvage: false })).problems;
}
