/**
 * What reports are made with, read from the packages that carry it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withFile } from '../../src/store.ts';
import type { ReportAssets } from '../report/report-files.ts';

const FONTS = 'dejavu-fonts-ttf/ttf';

/** Reads fonts, the picture maker and the browser's runtime. */
export function readReportAssets(): ReportAssets {
  const { resolve } = createRequire(import.meta.url);
  const runtime = join(dirname(resolve('vega')), 'vega.min.js');
  return {
    font: read(resolve(`${FONTS}/DejaVuSans.ttf`)),
    boldFont: read(resolve(`${FONTS}/DejaVuSans-Bold.ttf`)),
    resvg: read(resolve('@resvg/resvg-wasm/index_bg.wasm')),
    vegaRuntime: new TextDecoder().decode(read(runtime)),
  };
}

function read(path: string): Uint8Array {
  return withFile(path, 'reading', () => new Uint8Array(readFileSync(path)));
}
