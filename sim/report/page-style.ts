/**
 * How the page looks: one column of text, tables with figures that line up, light and dark.
 *
 * @module
 */
import { DARK, LIGHT } from './plot-theme.ts';

/** Style sheet of the page. */
export function pageStyle(): string {
  const variables = (palette: Readonly<Record<string, string>>): string =>
    Object.entries(palette)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  return `
:root{color-scheme:light;${variables(LIGHT)};${PAGE_LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;${variables(DARK)};${PAGE_DARK}}}
:root[data-theme=dark]{color-scheme:dark;${variables(DARK)};${PAGE_DARK}}
${RULES}`;
}

const PAGE_LIGHT =
  '--ground:#fff;--panel:#f6f8fa;--ink:#1b2430;--quiet:#5b6673;--line:#dfe4ea;--link:#00609a;--good:#00704f;--bad:#b03a00;--bad-ground:#fdeee5;--good-ground:#e6f5f0';
const PAGE_DARK =
  '--ground:#14191f;--panel:#1b222a;--ink:#e6eaef;--quiet:#9aa7b4;--line:#2d3742;--link:#6bbcf0;--good:#4fd3ac;--bad:#ff9a5c;--bad-ground:#3a2417;--good-ground:#12332a';

const RULES = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 'Source Sans 3','Segoe UI',system-ui,-apple-system,'DejaVu Sans',sans-serif}
main,header,footer{max-width:70rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:3rem}
.kicker{margin:0;color:var(--quiet);font-size:.82rem;letter-spacing:.08em;text-transform:uppercase}
h1{font-size:2.1rem;line-height:1.18;letter-spacing:-.015em;margin:.3rem 0 .7rem;font-weight:650}
h2{font-size:1.35rem;line-height:1.3;margin:3.2rem 0 .8rem;padding-top:.9rem;border-top:1px solid var(--line);font-weight:650}
h3{font-size:1.02rem;margin:1.8rem 0 .5rem}
tr:has(.part) td{border-bottom-color:var(--line)}
p,ul{margin:.6rem 0;max-width:44rem}
.lead{font-size:1.1rem;color:var(--quiet);max-width:46rem}
a{color:var(--link);text-underline-offset:.15em}
code,.mono{font-family:'JetBrains Mono',ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:.86em}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow-x:auto;font-size:.92rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;margin:1.8rem 0 0;padding:0;border:1px solid var(--line);border-radius:8px;overflow:hidden;background:var(--line)}
.facts div{background:var(--panel);padding:.75rem 1rem}
.facts dt{color:var(--quiet);font-size:.78rem}
.facts dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:1.4rem 0 0;font-size:.92rem}
nav a{white-space:nowrap}
.scroll{overflow-x:auto;margin:1rem 0 .4rem}
table{border-collapse:collapse;font-size:.86rem;width:100%;font-variant-numeric:tabular-nums lining-nums}
caption{caption-side:top;text-align:left;color:var(--quiet);font-size:.88rem;padding-bottom:.5rem;max-width:46rem}
caption b,figcaption b{color:var(--ink)}
thead th{border-bottom:1.5px solid var(--ink);vertical-align:bottom;font-weight:600;line-height:1.25;padding:.4rem .55rem}
tbody th,tbody td{border-bottom:1px solid var(--line);padding:.34rem .55rem;vertical-align:top}
tbody tr:hover>*{background:var(--panel)}
thead th:first-child,tbody th{padding-left:0}
tbody th{font-weight:500;text-align:left;white-space:nowrap}
thead th:first-child,table.words th,table.words td{text-align:left}
table.figures td,table.figures thead th:not(:first-child){text-align:right}
table.figures td{white-space:nowrap}
table.figures .w{text-align:left!important}
table.figures th:first-child{position:sticky;left:0;background:var(--ground)}
tbody tr:hover>th:first-child{background:var(--panel)}
tbody th:has(.part){padding-top:1rem;color:var(--quiet);font-size:.78rem;letter-spacing:.05em;text-transform:uppercase}
td small{display:block;color:var(--quiet);font-size:.78rem;line-height:1.2}
.badge{display:inline-block;border-radius:4px;padding:.02rem .4rem;font-size:.8rem;font-weight:600}
.good{color:var(--good);background:var(--good-ground)}
.bad{color:var(--bad);background:var(--bad-ground)}
figure{margin:2rem 0 2.4rem;break-inside:avoid}
.plot{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:var(--plot-ground);padding:.3rem}
.plot svg{display:block;width:100%;max-width:1040px;height:auto;margin:0 auto}
figcaption{font-size:.9rem;color:var(--quiet);margin-top:.55rem;max-width:46rem}
.save{font-size:.8rem;margin-left:.35rem}
.save button{font:inherit;color:var(--link);background:none;border:0;padding:0 .25rem;cursor:pointer;text-decoration:underline;text-underline-offset:.15em}
details{margin:1rem 0}
summary{cursor:pointer;font-weight:600}
#at-a-glance{padding-left:1.1rem;max-width:50rem;margin-top:1.6rem}
#at-a-glance li{margin:.3rem 0}
.hash{word-break:break-all}
#theme{position:absolute;top:1rem;right:1rem;font:inherit;font-size:.82rem;color:var(--quiet);background:none;border:1px solid var(--line);border-radius:6px;padding:.25rem .6rem;cursor:pointer}
#tip{position:fixed;z-index:9;pointer-events:none;background:var(--ink);color:var(--ground);font-size:.8rem;line-height:1.35;padding:.4rem .6rem;border-radius:5px;max-width:20rem;display:none}
#tip td{padding:0 .5rem 0 0;border:0;color:inherit;text-align:left}
#tip td:last-child{padding:0;font-weight:600}
#tip table{width:auto;font-size:inherit}
footer{color:var(--quiet);font-size:.85rem;padding-top:2rem;padding-bottom:3rem}
@media (max-width:40rem){header{padding-top:3.2rem}h1{font-size:1.6rem}.plot svg{min-width:42rem}}
@media print{#theme,nav,.save{display:none}body{font-size:10.5pt}.plot{border:0}h2{break-after:avoid}.scroll{overflow:visible}}
`;
