/**
 * A real browser, for tests that open what we write.
 *
 * A test that needs it is skipped with a message when it is not installed, and fails when
 * `VDASD_REQUIRE_TOOLS=1` says that it must be.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian installs it. */
const CHROMIUM = '/usr/bin/chromium';

/** Whether there is a browser; says so when there is none. @throws Error when there has to be one. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  const message = `${CHROMIUM} is not installed`;
  if (process.env['VDASD_REQUIRE_TOOLS'] === '1') throw new Error(`${message}, and is required`);
  console.log(`skipped: ${message}`);
  return false;
}

/** Opens the browser; whoever opens it closes it. */
export async function openBrowser(): Promise<Browser> {
  // Without its sandbox it also runs where no user namespaces are to be had; it opens our files only.
  return await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
