/**
 * Plots as pictures: SVG by Vega, PNG by resvg. The same plot gives the same bytes.
 *
 * Both libraries are large and are loaded when the first picture is made. Neither needs a screen; texts
 * are measured in the font that comes with us.
 *
 * @module
 */
import type { TopLevelSpec } from 'vega-lite';
import { readFontWidths } from './font-widths.ts';
import type { Plot } from './plot.ts';
import { LIGHT, PLOT_CONFIG, withColours } from './plot-theme.ts';

/** What pictures are made with; whoever has files reads them. */
export interface PictureAssets {
  /** The font of plots, regular and bold, as TrueType. */
  readonly font: Uint8Array;
  readonly boldFont: Uint8Array;
  /** The WebAssembly module of resvg. */
  readonly resvg: Uint8Array;
}

/** A plot in every form. */
export interface PlotPictures {
  readonly plot: Plot;
  /** With colour variables, for a page that gives them values. */
  readonly svg: string;
  /** Compiled for the Vega runtime, with colour variables. */
  readonly vega: object;
  /** What the compiler found odd about the specification: nothing, unless the plot is wrong. */
  readonly warnings: readonly string[];
}

/** Makes pictures. */
export interface PlotPainter {
  picturesOf(plot: Plot): Promise<PlotPictures>;
  /** A picture in light colours, twice the size of the SVG. */
  pngOf(pictures: PlotPictures): Uint8Array;
}

/** Pixels of the PNG for one of the SVG. */
const ZOOM = 2;
const FAMILY = 'DejaVu Sans';
let resvgReady: Promise<unknown> | undefined;

/** Loads the libraries. */
export async function openPlotPainter(assets: PictureAssets): Promise<PlotPainter> {
  const [vega, { compile }, resvg] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('@resvg/resvg-wasm'),
  ]);
  // The module may be set up once in a process.
  resvgReady ??= resvg.initWasm(assets.resvg.slice().buffer);
  await resvgReady;
  measureTexts(vega, assets);
  return {
    picturesOf: async (plot) => {
      vega.resetSVGDefIds();
      const spec = plot.spec as unknown as TopLevelSpec;
      const warnings: string[] = [];
      const logger = vega.logger(vega.Warn, 'warn', (_method, _level, texts) => {
        warnings.push(texts.join(' '));
      });
      const compiled = compile(spec, { config: PLOT_CONFIG, logger }).spec;
      const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
      const svg = await view.toSVG();
      view.finalize();
      return { plot, svg: withOwnIds(svg, plot.id), vega: compiled, warnings };
    },
    pngOf: ({ svg }) => {
      const image = new resvg.Resvg(withColours(svg, LIGHT), {
        fitTo: { mode: 'zoom', value: ZOOM },
        font: {
          fontBuffers: [assets.font, assets.boldFont],
          defaultFontFamily: FAMILY,
          sansSerifFamily: FAMILY,
        },
      });
      const rendered = image.render();
      const png = rendered.asPng();
      rendered.free();
      image.free();
      return png;
    },
  };
}

/** The specification of a plot as a file of its own: light colours, all settings inside. */
export function standaloneSpec({ spec }: Plot): string {
  const whole = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...spec,
    config: PLOT_CONFIG,
  };
  return `${withColours(JSON.stringify(whole), LIGHT)}\n`;
}

/** Ids in a picture get the plot's name in front, so that several fit into one page. */
function withOwnIds(svg: string, id: string): string {
  return svg.replaceAll(/(id="|url\(#)((?:clip|gradient)[_0-9a-z]*)/g, `$1${id}-$2`);
}

/** What the library asks when it wants to know how wide a text is. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: number | string;
  readonly limit?: number;
}

function measureTexts(vega: object, { font, boldFont }: PictureAssets): void {
  const [regular, bold] = [readFontWidths(font), readFontWidths(boldFont)];
  const { textMetrics } = vega as {
    textMetrics: { width: (item: TextItem, text: string | number | null) => number };
  };
  textMetrics.width = (item, text) => {
    const { fontSize = 11, fontWeight } = item;
    const isBold = fontWeight === 'bold' || Number(fontWeight) >= 600;
    const widths = isBold ? bold : regular;
    return widths.ems(String(text ?? '')) * fontSize;
  };
}
