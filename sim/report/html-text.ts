/**
 * Text in HTML: escaped, joined, and data in scripts that no text of a scenario can end.
 *
 * @module
 */

const ESCAPES: Readonly<Record<string, string>> = Object.freeze({
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
});

/** Text as it may stand between tags and in attributes. */
export function escapeHtml(text: string | number): string {
  return String(text).replaceAll(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
}

/** Plain data as JSON inside a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}

/** A program as the content of a script element. */
export function scriptText(program: string): string {
  return program
    .replaceAll(/<\/(script)/gi, String.raw`<\/$1`)
    .replaceAll('<!--', String.raw`<\!--`);
}

/** A table. The first column names the row; cells of the others are HTML already. */
export function htmlTable(table: {
  readonly caption: string;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Figures stand to the right, words to the left. */
  readonly kind: 'figures' | 'words';
  /** How many columns after the first hold words in a table of figures. */
  readonly wordColumns?: number;
}): string {
  const { wordColumns = 0 } = table;
  const side = (column: number): string => (column < wordColumns ? ' class="w"' : '');
  const titles = table.titles
    .map((title, at) => `<th scope="col"${side(at - 1)}>${title}</th>`)
    .join('');
  const rows = table.rows.map(([first = '', ...cells]) => {
    const rest = cells.map((cell, at) => `<td${side(at)}>${cell}</td>`).join('');
    return `<tr><th scope="row">${first}</th>${rest}</tr>`;
  });
  return (
    `<div class="scroll"><table class="${table.kind}"><caption>${table.caption}</caption>` +
    `<thead><tr>${titles}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`
  );
}
