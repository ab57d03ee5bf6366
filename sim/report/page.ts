/**
 * `report.html`: one file that opens without a network, shows everything without a program, and names
 * everything that is needed to repeat and to cite the run.
 *
 * It holds no clock time and nothing of the machine: the same scenario, seed and version give the same
 * bytes.
 *
 * @module
 */
import type { UnitRecord } from '../record/unit-record.ts';
import { formatDuration, formatNumber } from '../scenario/quantity.ts';
import { escapeHtml, scriptJson, scriptText } from './html-text.ts';
import { findings } from './page-findings.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import {
  assumptionsTable,
  differencesTable,
  methodsTable,
  responseTable,
  stationsTable,
  timelineTable,
  unitsTable,
} from './page-tables.ts';
import { PANELS_MAX } from './plot.ts';
import type { PlotPictures } from './plot-pictures.ts';
import type { TimedManifest } from './run-folder.ts';
import type { TimedSummary } from './summary.ts';
import type { Variant } from './variant.ts';

/** What a page is made of. */
export interface PageParts {
  readonly manifest: TimedManifest;
  readonly summary: TimedSummary;
  readonly units: readonly UnitRecord[];
  readonly variants: readonly Variant[];
  readonly pictures: readonly PlotPictures[];
  /** The Vega runtime for browsers. */
  readonly vegaRuntime: string;
}

/** Browsers may run what is in the page and load nothing from elsewhere. Vega compiles expressions. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:";

/** The page. */
export function reportPage(parts: PageParts): string {
  const { manifest, vegaRuntime } = parts;
  const title = escapeHtml(manifest.scenario.name);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title} · vdasd</title>
<style>${pageStyle()}</style>
</head>
<body>
<button id="theme" type="button" aria-label="Switch between light and dark">Dark</button>
${pageHead(parts)}
<main>
${sectionsOf(parts).join('\n')}
</main>
<footer><p>Made by vdasd ${escapeHtml(manifest.versions.vdasd)}. This file is complete in itself: it
loads nothing, and plots can be saved as SVG or as Vega specifications with their data.</p></footer>
<div id="tip" role="status"></div>
<script>${scriptText(vegaRuntime)}</script>
<script>${scriptText(PAGE_SCRIPT)}</script>
</body>
</html>
`;
}

function pageHead({ manifest, units, variants, summary }: PageParts): string {
  const sum = (of: (unit: UnitRecord) => number): number =>
    units.reduce((total, unit) => total + of(unit), 0);
  const longest = Math.max(0, ...units.map(({ simulatedNanos }) => simulatedNanos));
  const facts: readonly (readonly [string, string])[] = [
    ['methods', formatNumber(new Set(variants.map(({ method }) => method)).size)],
    ['replications', formatNumber(Math.max(0, ...variants.map((one) => one.units.length)))],
    ['simulated time', formatDuration(longest)],
    ['requests in all', formatNumber(sum(({ measures }) => measures.requestCount))],
    ['events in all', formatNumber(sum(({ eventCount }) => eventCount))],
    ['seed', String(manifest.seed)],
  ];
  const cells = facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`);
  const says = findings(summary).map((sentence) => `<li>${escapeHtml(sentence)}</li>`);
  return `<header>
<p class="kicker">vdasd · report of a simulated run</p>
<h1>${escapeHtml(manifest.scenario.name)}</h1>
<p class="lead">${escapeHtml(manifest.scenario.description)}</p>
<nav aria-label="Contents"><a href="#findings">Findings</a><a href="#figures">Plots</a><a href="#response">Response times</a><a href="#assumptions">Assumptions</a><a href="#reproduce">How to reproduce</a></nav>
<dl class="facts">${cells.join('')}</dl>
${says.length === 0 ? '' : `<ul id="at-a-glance">${says.join('')}</ul>`}
</header>`;
}

function sectionsOf(parts: PageParts): readonly string[] {
  const { summary, units, variants, pictures } = parts;
  let table = 0;
  const next = (): number => {
    table += 1;
    return table;
  };
  const hasDifferences = summary.variants.length > 1;
  return [
    `<section id="findings"><h2>${hasDifferences ? 'Methods compared' : 'Figures of the run'}</h2>${methodsTable(summary, next())}`,
    hasDifferences
      ? `<details><summary>Differences to ${escapeHtml(summary.variants[0]?.label ?? '')}</summary>${differencesTable(summary, next())}</details>`
      : '',
    '</section>',
    `<section id="figures"><h2>Plots</h2>${panelNote(variants)}`,
    ...pictures.map((picture, at) => figureOf(picture, at + 1)),
    '</section>',
    `<section id="response"><h2>Response times</h2>${responseTable(variants, next())}</section>`,
    `<section id="course"><h2>The course of the run</h2>
<details><summary>Timeline</summary>${timelineTable(variants, next())}</details>
<details><summary>Stations</summary>${stationsTable(variants, next())}</details></section>`,
    `<section id="assumptions"><h2>Assumptions</h2>${assumptionsTable(units, next())}</section>`,
    reproduction(parts, next()),
  ];
}

/** Says so when there are more variants than panels. */
function panelNote(variants: readonly Variant[]): string {
  return variants.length <= PANELS_MAX
    ? ''
    : `<p>Plots with a panel for each method show the first ${PANELS_MAX} of ${variants.length}; ` +
        'the tables have them all.</p>';
}

function figureOf({ plot, svg, vega }: PlotPictures, number: number): string {
  const title = escapeHtml(plot.title);
  const picture = svg.replace('<svg ', `<svg role="img" aria-label="${title}" `);
  return `<figure id="${plot.id}" data-title="${title}">
<div class="plot">${picture}</div>
<figcaption><b>Figure ${number}. ${title}.</b> ${keepUnits(escapeHtml(plot.caption))}
<span class="save"><button type="button" data-save="svg">SVG</button><button type="button" data-save="data">data and specification</button></span></figcaption>
<script type="application/json">${scriptJson(vega)}</script>
</figure>`;
}

/** Keeps a number and its per cent on one line. */
function keepUnits(text: string): string {
  return text.replaceAll(/(\d) %/g, '$1\u00a0%');
}

function reproduction({ manifest, units, summary }: PageParts, table: number): string {
  const { scenario, versions, seed, inputs } = manifest;
  const replications = Math.max(0, ...summary.variants.map((one) => one.units.length));
  const files = inputs.map(
    ({ file, sha256 }) =>
      `<li>${escapeHtml(file)}, SHA-256 <span class="mono hash">${escapeHtml(sha256)}</span></li>`,
  );
  return `<section id="reproduce"><h2>How to reproduce</h2>
<p>With vdasd ${escapeHtml(versions.vdasd)} and the scenario below, this command gives the same figures
to the last digit, on any machine and any number of workers:</p>
<pre><code>${escapeHtml(manifest.command)}</code></pre>
<ul>
<li>Scenario: ${escapeHtml(scenario.file)}, SHA-256 <span class="mono hash">${escapeHtml(scenario.sha256)}</span></li>
<li>Seed ${seed}; ${formatNumber(replications)} replications, each with random numbers of its own, the same for
every method.</li>
${files.join('\n')}
</ul>
<h3>To cite</h3>
<pre><code>vdasd ${escapeHtml(versions.vdasd)}, scenario “${escapeHtml(scenario.name)}” (SHA-256 ${escapeHtml(scenario.sha256.slice(0, 16))}…),
seed ${seed}, ${formatNumber(replications)} replications.</code></pre>
<details><summary>Units and their witnesses</summary>${unitsTable(units, table)}</details>
</section>`;
}
