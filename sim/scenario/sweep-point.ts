/**
 * One point of a sweep: values that take the place of what the file says, found by their place in it.
 *
 * A place is written with dots: `loads.oltp.rate`. An element of a list is named by its `name`, its
 * device number, its `as` or the `as` of an entry of the timeline (which stands for the entry's
 * fields), or its position from 0.
 *
 * @module
 */
import type { ValuePath } from './document.ts';
import { suggest } from './suggestion.ts';

/** Values by their places, in the order of the scenario. */
export type SweepPoint = Readonly<Record<string, string>>;

/** Where a place leads, or why it leads nowhere. */
type Found =
  | { readonly kind: 'found'; readonly path: ValuePath }
  | { readonly kind: 'missing'; readonly what: string; readonly fix: string };

/** Every combination of the values, the last place varying fastest; one without values for no sweep. */
export function sweepPoints(
  sweep: Readonly<Record<string, readonly string[]>> | undefined,
): readonly SweepPoint[] {
  let points: SweepPoint[] = [{}];
  for (const [place, values] of Object.entries(sweep ?? {})) {
    points = points.flatMap((point) => values.map((value) => ({ ...point, [place]: value })));
  }
  return points;
}

/** Path to the value at a place; its last key may be one that the file leaves out. */
export function findPlace(content: unknown, place: string): Found {
  const steps = place.split('.');
  const path: (string | number)[] = [];
  let here = content;
  for (const [at, step] of steps.entries()) {
    const isLast = at === steps.length - 1;
    if (Array.isArray(here)) {
      const found = findElement(here, step);
      if (found === undefined) {
        const names = here.flatMap((element) => namesOf(element));
        return { kind: 'missing', what: `nothing is called '${step}'`, fix: suggest(step, names) };
      }
      path.push(...found);
      for (const key of found) here = childOf(here, key);
    } else if (isMap(here) && (isLast || Object.hasOwn(here, step))) {
      path.push(step);
      here = here[step];
    } else {
      const known = isMap(here) ? Object.keys(here) : [];
      return { kind: 'missing', what: `there is no '${step}'`, fix: suggest(step, known) };
    }
  }
  return { kind: 'found', path };
}

/** The content of a file with the values of a point in their places. The content itself stays. */
export function withPoint(content: unknown, point: SweepPoint): unknown {
  let changed = content;
  for (const [place, value] of Object.entries(point)) {
    const found = findPlace(content, place);
    if (found.kind === 'found') changed = replaceAt(changed, found.path, value);
  }
  return changed;
}

function replaceAt(content: unknown, path: ValuePath, value: string): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(content)) {
    return content.map((one: unknown, at) => (at === key ? replaceAt(one, rest, value) : one));
  }
  const map = isMap(content) ? content : {};
  return { ...map, [key]: replaceAt(map[key], rest, value) };
}

function findElement(list: readonly unknown[], step: string): ValuePath | undefined {
  for (const [at, element] of list.entries()) {
    if (!isMap(element)) continue;
    if (['name', 'number', 'as'].some((key) => element[key] === step)) return [at];
    const kind = Object.keys(element).find((key) => {
      const fields = element[key];
      return isMap(fields) && fields['as'] === step;
    });
    if (kind !== undefined) return [at, kind];
  }
  const position = /^\d{1,3}$/.test(step) ? Number(step) : -1;
  return position >= 0 && position < list.length ? [position] : undefined;
}

function namesOf(element: unknown): readonly string[] {
  if (!isMap(element)) return [];
  const inner = Object.values(element).map((fields) => (isMap(fields) ? fields['as'] : undefined));
  return [element['name'], element['number'], element['as'], ...inner].filter(
    (name) => typeof name === 'string',
  );
}

function childOf(parent: unknown, key: string | number): unknown {
  if (Array.isArray(parent)) return parent[Number(key)];
  return isMap(parent) ? parent[key] : undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
