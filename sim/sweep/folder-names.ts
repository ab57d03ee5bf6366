/**
 * What is in a folder that may not be there.
 *
 * @module
 */
import { readdirSync } from 'node:fs';

/** Names of what is in a folder; none where there is no such folder, or a file has its name. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
