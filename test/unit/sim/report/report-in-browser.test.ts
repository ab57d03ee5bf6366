import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readReportAssets } from '../../../../sim/cli/report-assets.ts';
import { buildReport } from '../../../../sim/report/report-files.ts';
import { hasBrowser, openBrowser } from '../../../support/browser.ts';
import { madeUpManifest, madeUpUnits } from '../../../support/made-up-units.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const folder = temporaryFolder();
const METHODS = ['host-copy', 'snapshot', 'copy-on-write'];

/** What a plot shows, asked in the page. */
interface Shown {
  readonly id: string;
  readonly live: string | undefined;
  readonly marks: number;
  readonly words: number;
  readonly overflow: boolean;
}

const SHOWN = `[...document.querySelectorAll('figure')].map((figure) => ({
  id: figure.id,
  live: figure.dataset.live,
  marks: figure.querySelectorAll('.plot .role-mark path, .plot .role-mark line').length,
  words: [...figure.querySelectorAll('.plot text')].filter((one) => one.textContent.trim() !== '').length,
  overflow: figure.scrollWidth > figure.clientWidth + 1,
}))`;

describe.skipIf(!hasBrowser())('the report in a real browser', () => {
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  beforeAll(async () => {
    const units = madeUpUnits({ requests: 8_000, replications: 2, methods: METHODS });
    const { files } = await buildReport(madeUpManifest(units), units, readReportAssets());
    const path = join(folder, 'report.html');
    const bytes = files.find(({ name }) => name === 'report.html')?.bytes;
    writeFileSync(path, bytes ?? new Uint8Array());
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) troubles.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(async () => {
    await browser.close();
  });

  it('shows every plot, with marks and labels, before and after the program took it over', async () => {
    const drawn = (await page.evaluate(SHOWN)) as readonly Shown[];
    expect(drawn.length).toBe(7);
    const figures = page.locator('figure');
    for (let at = 0; at < drawn.length; at += 1) {
      await figures.nth(at).scrollIntoViewIfNeeded();
      await page.waitForFunction(
        `document.querySelectorAll('figure')[${at}].dataset.live !== undefined`,
      );
    }
    const live = (await page.evaluate(SHOWN)) as readonly Shown[];
    for (const [at, after] of live.entries()) {
      const before = drawn[at];
      expect(after.live, after.id).toBe('true');
      expect(after.marks, after.id).toBe(before?.marks);
      expect(after.marks, after.id).toBeGreaterThanOrEqual(METHODS.length);
      expect(before?.words ?? 0, after.id).toBeGreaterThan(12);
      // The browser measures words itself and may drop a label that would touch another.
      expect(after.words, after.id).toBeGreaterThan(0.8 * (before?.words ?? 0));
      expect(after.overflow, after.id).toBe(false);
    }
    expect(troubles).toEqual([]);
  });

  it('tells values under the pointer', async () => {
    const bar = page.locator('#methods .mark-rect path').first();
    await bar.scrollIntoViewIfNeeded();
    await bar.hover();
    await page.waitForFunction(`document.getElementById('tip').style.display === 'block'`);
    expect(await page.locator('#tip').textContent()).toContain('host-copy');
    expect(troubles).toEqual([]);
  });

  it('switches between light and dark, plots included', async () => {
    const ground = `getComputedStyle(document.querySelector('.plot')).backgroundColor`;
    const ink = `getComputedStyle(document.querySelector('.plot .role-title text')).fill`;
    const light = [await page.evaluate(ground), await page.evaluate(ink)];
    await page.locator('#theme').click();
    const dark = [await page.evaluate(ground), await page.evaluate(ink)];
    expect(light).toEqual(['rgb(255, 255, 255)', 'rgb(27, 36, 48)']);
    expect(dark).toEqual(['rgb(20, 25, 31)', 'rgb(230, 234, 239)']);
    await page.locator('#theme').click();
    expect(troubles).toEqual([]);
  });

  it('fits a narrow window: only tables and plots scroll sideways', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1200, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1200);
  });

  it('saves a picture with its colours inside', async () => {
    const waiting = page.waitForEvent('download');
    await page.locator('#space button[data-save=svg]').click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('space.svg');
    const path = join(folder, 'space.svg');
    await download.saveAs(path);
    const svg = readFileSync(path, 'utf8');
    expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
    expect(svg).not.toContain('var(');
    expect(troubles).toEqual([]);
  });
});
