/**
 * Figures for people, the same in tables, labels and on the terminal.
 *
 * @module
 */
import { formatBytes, formatDuration, formatNumber } from '../scenario/quantity.ts';
import type { Estimate } from './estimate.ts';
import type { FigureUnit } from './figures.ts';

/** A figure in its unit: `1.50 GiB`, `612 s`, `16,710`. */
export function figureText(value: number, unit: FigureUnit): string {
  if (value < 0) return `−${figureText(-value, unit)}`;
  switch (unit) {
    case 'ns':
      return value === 0 ? '0' : formatDuration(value).replace('us', 'µs');
    case 'B':
      return value === 0 ? '0' : formatBytes(value);
    case 'ratio':
      return `${(100 * value).toFixed(1)} %`;
    case '1/s':
      return `${value >= 100 ? formatNumber(Math.round(value)) : Number(value.toPrecision(3))} /s`;
    default:
      return Number.isInteger(value) || value >= 100
        ? formatNumber(Math.round(value))
        : value.toFixed(1);
  }
}

/** Half the width of the interval beside its mean, `± 1.2 ms`; empty where there is none. */
export function spreadText(estimate: Estimate, unit: FigureUnit): string {
  if (estimate.high === null || estimate.high === estimate.mean) return '';
  return `± ${figureText(estimate.high - estimate.mean, unit)}`;
}
