import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { readFontWidths } from '../../../../sim/report/font-widths.ts';
import { InputError } from '../../../../src/index.ts';

const { resolve } = createRequire(import.meta.url);

function widthsOf(name: string): ReturnType<typeof readFontWidths> {
  return readFontWidths(readFileSync(resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
}

describe('widths of a font', () => {
  it('are those that the font gives its letters', () => {
    const sans = widthsOf('DejaVuSans');
    // Advance widths of DejaVu Sans 2.37 in units of 2,048 to the em.
    expect(sans.ems('A') * 2048).toBeCloseTo(1401);
    expect(sans.ems('i') * 2048).toBeCloseTo(569);
    expect(sans.ems('0') * 2048).toBeCloseTo(1303);
    expect(sans.ems('µ–±')).toBeGreaterThan(1);
    expect(sans.ems('Ai')).toBeCloseTo(sans.ems('A') + sans.ems('i'));
  });

  it('are all the same in a font of one width', () => {
    const mono = widthsOf('DejaVuSansMono');
    expect(mono.ems('iiii')).toBeCloseTo(mono.ems('MMMM'));
    expect(mono.ems('')).toBe(0);
  });

  it('are refused of what is no font', () => {
    expect(() => readFontWidths(new Uint8Array(64))).toThrow(InputError);
  });
});
