/**
 * How wide a text is in a TrueType font, so that a plot made without a screen leaves the room that its
 * words need.
 *
 * Reads four tables of the font: units per em (`head`), number of widths (`hhea`), widths (`hmtx`), and
 * the map from characters to glyphs (`cmap`, format 4). Kerning is left out: it changes little.
 * The layout is that of the OpenType specification, version 1.9.
 *
 * @module
 */
import { InputError } from '../../src/index.ts';

const UNICODE_BASIC = 4;

/** Widths of one font. */
export interface FontWidths {
  /** Width of a text in ems: times the size of the font, it is the width in pixels. */
  ems(text: string): number;
}

/** Reads the widths of a font. @throws InputError when it is no TrueType font that we can read. */
export function readFontWidths(font: Uint8Array): FontWidths {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tablesOf(view);
  const place = (name: string): number => {
    const at = tables.get(name);
    if (at === undefined) throw unreadable(`no table '${name}'`);
    return at;
  };
  const unitsPerEm = view.getUint16(place('head') + 18);
  const widthCount = view.getUint16(place('hhea') + 34);
  const widths = place('hmtx');
  const glyphOf = characterMap(view, place('cmap'));
  const widthOf = (character: number): number =>
    view.getUint16(widths + 4 * Math.min(glyphOf(character), widthCount - 1));
  return {
    ems: (text) => {
      let units = 0;
      for (const character of text) units += widthOf(character.codePointAt(0) ?? 0);
      return units / unitsPerEm;
    },
  };
}

function tablesOf(view: DataView): ReadonlyMap<string, number> {
  const tables = new Map<string, number>();
  const count = view.getUint16(4);
  for (let table = 0; table < count; table += 1) {
    const at = 12 + 16 * table;
    const name = String.fromCodePoint(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
    tables.set(name, view.getUint32(at + 8));
  }
  return tables;
}

/** The glyph of a character; 0, the sign for a missing one, where the font has none. */
function characterMap(view: DataView, cmap: number): (character: number) => number {
  const at = basicSubtable(view, cmap);
  const segments = view.getUint16(at + 6) / 2;
  const ends = at + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const offsets = deltas + 2 * segments;
  return (character) => {
    for (let segment = 0; segment < segments; segment += 1) {
      if (view.getUint16(ends + 2 * segment) < character) continue;
      const start = view.getUint16(starts + 2 * segment);
      if (start > character) return 0;
      const delta = view.getUint16(deltas + 2 * segment);
      const offset = view.getUint16(offsets + 2 * segment);
      if (offset === 0) return (character + delta) % 65_536;
      const glyph = view.getUint16(offsets + 2 * segment + offset + 2 * (character - start));
      return glyph === 0 ? 0 : (glyph + delta) % 65_536;
    }
    return 0;
  };
}

function basicSubtable(view: DataView, cmap: number): number {
  const count = view.getUint16(cmap + 2);
  for (let table = 0; table < count; table += 1) {
    const at = cmap + view.getUint32(cmap + 4 + 8 * table + 4);
    if (view.getUint16(at) === UNICODE_BASIC) return at;
  }
  throw unreadable('no map of characters of format 4');
}

function unreadable(what: string): InputError {
  return new InputError('FILE_REFUSED', {
    what: `the font for plots: ${what}`,
    limit: 'a TrueType font with a Unicode map is needed',
    fix: 'install the packages again',
  });
}
