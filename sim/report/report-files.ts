/**
 * Everything that is made from finished units: the summary, the page, the plots.
 *
 * @module
 */
import type { UnitRecord } from '../record/unit-record.ts';
import { reportPage } from './page.ts';
import { openPlotPainter, type PictureAssets, standaloneSpec } from './plot-pictures.ts';
import { LIGHT, withColours } from './plot-theme.ts';
import { plotsOf } from './plots.ts';
import { type OutputFile, RUN_FILES, type TimedManifest } from './run-folder.ts';
import { summarise, type TimedSummary } from './summary.ts';
import { textFile } from './unit-files.ts';
import { variantsOf } from './variant.ts';

/** What reports are made with. */
export interface ReportAssets extends PictureAssets {
  /** The Vega runtime for browsers, as text. */
  readonly vegaRuntime: string;
}

/** A report: its files, and the summary that the terminal shows. */
export interface Report {
  readonly summary: TimedSummary;
  readonly files: readonly OutputFile[];
}

/** Makes the report of a run. The same units give the same bytes. */
export async function buildReport(
  manifest: TimedManifest,
  units: readonly UnitRecord[],
  assets: ReportAssets,
): Promise<Report> {
  const summary = summarise(manifest, units);
  const variants = variantsOf(units);
  const painter = await openPlotPainter(assets);
  const pictures = [];
  for (const plot of plotsOf(summary, variants)) pictures.push(await painter.picturesOf(plot));
  const { vegaRuntime } = assets;
  const page = reportPage({ manifest, summary, units, variants, pictures, vegaRuntime });
  return {
    summary,
    files: [
      textFile(RUN_FILES.summary, `${JSON.stringify(summary, null, 2)}\n`),
      textFile(RUN_FILES.report, page),
      ...pictures.flatMap((picture) => {
        const name = `${RUN_FILES.plots}/${picture.plot.id}`;
        return [
          textFile(`${name}.svg`, withColours(picture.svg, LIGHT)),
          { name: `${name}.png`, bytes: painter.pngOf(picture) },
          textFile(`${name}.vl.json`, standaloneSpec(picture.plot)),
        ];
      }),
    ],
  };
}
