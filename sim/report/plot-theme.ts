/**
 * How every plot looks: colours that the colour-blind tell apart, in a light and a dark version, one
 * font, thin rules.
 *
 * Plots name colours by CSS variable. The page gives the variables their values, so that one picture
 * serves light and dark; pictures that stand alone get the light values put in.
 *
 * The colours of series are those of Okabe and Ito, darkened or lightened where the ground asks for it.
 *
 * @module
 */
import type { Config } from 'vega-lite';

/** Values of the colour variables. */
interface Palette {
  readonly [name: string]: string;
}

/** On paper. */
export const LIGHT: Palette = Object.freeze({
  'plot-ground': '#ffffff',
  'plot-ink': '#1b2430',
  'plot-quiet': '#5b6673',
  'plot-rule': '#cfd6de',
  'plot-grid': '#e9edf1',
  'plot-window': '#fbe9c6',
  'plot-s0': '#0072b2',
  'plot-s1': '#d55e00',
  'plot-s2': '#009e73',
  'plot-s3': '#b5568f',
  'plot-s4': '#c98500',
  'plot-s5': '#3fa2dc',
  'plot-s6': '#6b5ca5',
  'plot-s7': '#7a7a20',
  'plot-s8': '#5b6673',
});

/** On a dark screen. */
export const DARK: Palette = Object.freeze({
  'plot-ground': '#14191f',
  'plot-ink': '#e6eaef',
  'plot-quiet': '#9aa7b4',
  'plot-rule': '#3a4653',
  'plot-grid': '#242d37',
  'plot-window': '#453a1e',
  'plot-s0': '#4aa8e0',
  'plot-s1': '#f08a3c',
  'plot-s2': '#2fc49a',
  'plot-s3': '#dd8fbd',
  'plot-s4': '#e9b13c',
  'plot-s5': '#8fd0f5',
  'plot-s6': '#a79be0',
  'plot-s7': '#c2c25a',
  'plot-s8': '#9aa7b4',
});

/** Number of colours for series. */
export const SERIES_COLOURS = 9;
/** The font of pictures that stand alone comes with us; pages use what the reader has. */
const PLOT_FONT = "'DejaVu Sans', 'Segoe UI', system-ui, sans-serif";

/** A colour of the palette, as a plot names it. */
export function colour(name: string): string {
  return `var(--plot-${name})`;
}

/** Colour of the n-th series; after the last it begins again. */
export function seriesColour(at: number): string {
  return colour(`s${at % SERIES_COLOURS}`);
}

/** A picture or specification with its colour variables replaced by their values. */
export function withColours(text: string, palette: Palette): string {
  return text.replaceAll(/var\(--([a-z0-9-]+)\)/g, (whole, name: string) => palette[name] ?? whole);
}

/** Settings of every plot. */
export const PLOT_CONFIG: Config = Object.freeze({
  background: colour('ground'),
  font: PLOT_FONT,
  padding: 12,
  view: { stroke: null },
  concat: { spacing: 14 },
  title: {
    anchor: 'start',
    frame: 'group',
    color: colour('ink'),
    fontSize: 15,
    fontWeight: 600,
    subtitleColor: colour('quiet'),
    subtitleFontSize: 11.5,
    subtitlePadding: 5,
    offset: 14,
  },
  axis: {
    domainColor: colour('rule'),
    gridColor: colour('grid'),
    tickColor: colour('rule'),
    tickSize: 4,
    labelColor: colour('quiet'),
    labelFontSize: 10.5,
    titleColor: colour('ink'),
    titleFontSize: 11.5,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelFlush: false,
  },
  legend: {
    orient: 'top',
    labelColor: colour('ink'),
    labelFontSize: 11,
    labelLimit: 320,
    title: null,
    symbolStrokeWidth: 2.5,
    symbolSize: 90,
    columnPadding: 18,
  },
  header: { labelColor: colour('ink'), labelFontSize: 12, labelFontWeight: 600, title: null },
  line: { strokeWidth: 1.6, strokeJoin: 'round' },
  text: { color: colour('ink'), fontSize: 10.5 },
} satisfies Config);
