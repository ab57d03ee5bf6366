import { describe, expect, it } from 'vitest';
import { readReportAssets } from '../../../../sim/cli/report-assets.ts';
import { DURING } from '../../../../sim/record/unit-measures.ts';
import { openPlotPainter } from '../../../../sim/report/plot-pictures.ts';
import { plotsOf } from '../../../../sim/report/plots.ts';
import { buildReport } from '../../../../sim/report/report-files.ts';
import { summarise } from '../../../../sim/report/summary.ts';
import { variantsOf } from '../../../../sim/report/variant.ts';
import { madeUpManifest, madeUpUnits } from '../../../support/made-up-units.ts';

const METHODS = ['host-copy', 'copy-on-write'];
const UNITS = [10, 50].flatMap((pace) =>
  madeUpUnits({ methods: METHODS, replications: 2, requests: 4_000, point: { pace } }),
);
const MANIFEST = madeUpManifest(UNITS);
const ASSETS = readReportAssets();
const REPORT = await buildReport(MANIFEST, UNITS, ASSETS);
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

function textOf(name: string): string {
  const file = REPORT.files.find((one) => one.name === name);
  return new TextDecoder().decode(file?.bytes);
}

/** Words of a picture, and how many marks it has. */
function contentOf(svg: string): { readonly words: readonly string[]; readonly marks: number } {
  const words = [...svg.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map((match) => match[1] ?? '');
  const groups = svg.split('mark-').slice(1);
  const drawn = groups.filter((group) => /^(line|rect|symbol|area|rule)/.test(group));
  return { words, marks: drawn.join('').match(/<path|<line/g)?.length ?? 0 };
}

describe('a report', () => {
  it('is the same bytes for the same units', async () => {
    const again = await buildReport(MANIFEST, UNITS, ASSETS);
    expect(again.files.map(({ name }) => name)).toEqual(REPORT.files.map(({ name }) => name));
    for (const [at, { name, bytes }] of again.files.entries()) {
      expect(Buffer.compare(bytes, REPORT.files[at]?.bytes ?? new Uint8Array()), name).toBe(0);
    }
  });

  it('has every plot as SVG, PNG and specification, with marks, labels and its title', () => {
    const plots = plotsOf(REPORT.summary, variantsOf(UNITS));
    expect(plots.map(({ id }) => id)).toEqual([
      'methods',
      'sweep-pace',
      'response-over-time',
      'response-percentiles',
      'response-distribution',
      'utilisation',
      'net-capacity-load',
      'space',
    ]);
    for (const { id, title } of plots) {
      const svg = textOf(`plots/${id}.svg`);
      const { words, marks } = contentOf(svg);
      expect(words, id).toContain(title);
      expect(words.length, id).toBeGreaterThan(12);
      expect(marks, id).toBeGreaterThan(5);
      expect(svg, id).not.toMatch(/var\(|NaN|undefined|Infinity/);
      const png = REPORT.files.find(({ name }) => name === `plots/${id}.png`)?.bytes;
      expect([...(png?.subarray(0, 4) ?? [])], id).toEqual(PNG_SIGNATURE);
      const spec = JSON.parse(textOf(`plots/${id}.vl.json`)) as { $schema: string };
      expect(spec.$schema, id).toContain('vega-lite/v6');
    }
  });

  it('has plots that the compiler finds nothing odd about', async () => {
    const painter = await openPlotPainter(ASSETS);
    for (const plot of plotsOf(REPORT.summary, variantsOf(UNITS))) {
      expect((await painter.picturesOf(plot)).warnings, plot.id).toEqual([]);
    }
    const size = { field: 'a', type: 'nominal' };
    const spec = { data: { values: [{ a: 1 }] }, mark: 'point', encoding: { size } };
    const odd = { id: 'odd', title: 'Odd', caption: 'A size for a name.', spec };
    expect((await painter.picturesOf(odd)).warnings).not.toEqual([]);
  });

  it('draws its words into pictures: without them they are other pictures', async () => {
    const painter = await openPlotPainter(ASSETS);
    const [plot] = plotsOf(REPORT.summary, variantsOf(UNITS));
    if (plot === undefined) throw new Error('there are plots');
    const pictures = await painter.picturesOf(plot);
    const wordless = { ...pictures, svg: pictures.svg.replaceAll(/<text[\s\S]*?<\/text>/g, '') };
    const [whole, bare] = [painter.pngOf(pictures), painter.pngOf(wordless)];
    expect(bare.length).toBeLessThan(0.7 * whole.length);
  });

  it('marks the spans in which a copy ran', () => {
    const svg = textOf('plots/response-over-time.svg');
    const windows = svg.split('aria-roledescription="rect mark"').length - 1;
    expect(windows).toBe(2 * METHODS.length);
  });
});

describe('the page', () => {
  const page = textOf('report.html');

  it('loads nothing and knows no clock', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<(script|img|link|iframe)[^>]+(src|href)=/);
    expect(page).not.toContain(MANIFEST.started.slice(0, 10));
    expect(page).not.toContain(MANIFEST.versions.node);
  });

  it('has every table, figure and what is needed to repeat it', () => {
    for (const text of [
      'Table 1.',
      'Figure 8.',
      MANIFEST.scenario.sha256,
      MANIFEST.command,
      'S-21, ESCON data rate',
      'our choice',
      UNITS[0]?.witness ?? 'no unit',
    ]) {
      expect(page).toContain(text);
    }
  });

  it('shows texts of a scenario as they are, and runs none of them', async () => {
    const name = '</script><script>alert(1)</script> & "more"';
    const manifest = { ...MANIFEST, scenario: { ...MANIFEST.scenario, name, description: name } };
    const units = UNITS.slice(0, 1).map((unit) => ({ ...unit, method: '<b>bold</b></script>' }));
    const { files } = await buildReport(manifest, units, ASSETS);
    const html = new TextDecoder().decode(files.find((one) => one.name === 'report.html')?.bytes);
    expect(html).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<b>bold');
    const opened = html.match(/<script/g)?.length;
    expect(html.match(/<\/script>/g)?.length).toBe(opened);
  });

  it('grows with what it shows, not with the requests behind it', async () => {
    const size = async (requests: number): Promise<number> => {
      const units = madeUpUnits({ methods: METHODS, replications: 1, requests });
      const { files } = await buildReport(madeUpManifest(units), units, ASSETS);
      return files.find(({ name }) => name === 'report.html')?.bytes.length ?? 0;
    };
    expect(await size(60_000)).toBeLessThan(1.2 * (await size(6_000)));
  });
});

describe('plots', () => {
  it('have a row for every method in every panel, in the same place', () => {
    // Nothing arrives during the first method: its row must stay empty, not take that of the second.
    const units = madeUpUnits({ replications: 1, requests: 2_000 }).map((unit, at) => {
      const responses = unit.measures.responses.filter(({ phase }) => at > 0 || phase !== DURING);
      return { ...unit, measures: { ...unit.measures, responses } };
    });
    const plots = plotsOf(summarise(MANIFEST, units), variantsOf(units));
    const spec = plots.find(({ id }) => id === 'response-percentiles')?.spec as unknown as {
      readonly hconcat: readonly {
        readonly layer: readonly { readonly encoding: { y: { scale: { domain: unknown } } } }[];
      }[];
    };
    const methods = units.map(({ method }) => method);
    const domains = spec.hconcat.flatMap(({ layer }) =>
      layer.map(({ encoding }) => encoding.y.scale.domain),
    );
    expect(domains).toEqual(Array.from({ length: 6 }, () => methods));
  });

  it('are left out where a run has nothing for them', () => {
    const units = madeUpUnits({ methods: ['snapshot'], replications: 1, requests: 1_000 }).map(
      (unit) => ({
        ...unit,
        measures: { ...unit.measures, series: { ...unit.measures.series, columns: [] } },
      }),
    );
    const plots = plotsOf(summarise(MANIFEST, units), variantsOf(units));
    expect(plots.map(({ id }) => id)).toEqual(['response-percentiles', 'response-distribution']);
  });
});
