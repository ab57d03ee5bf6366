/**
 * Units that differ in nothing but their replication: one method at one point of the sweep.
 *
 * @module
 */
import type { UnitRecord } from '../record/unit-record.ts';

/** Replications of the same thing. */
export interface Variant {
  /** `snapshot`, or `snapshot, pace=50` in a sweep. */
  readonly label: string;
  readonly method: string;
  readonly point: UnitRecord['point'];
  /** In order of replication; at least one. */
  readonly units: readonly UnitRecord[];
}

/** Variants in the order in which their first units come. */
export function variantsOf(units: readonly UnitRecord[]): readonly Variant[] {
  const groups = new Map<string, UnitRecord[]>();
  for (const unit of units) {
    const label = labelOf(unit);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [unit]);
    else group.push(unit);
  }
  return [...groups].flatMap(([label, group]) => {
    const sorted = group.toSorted((one, other) => one.replication - other.replication);
    const [first] = sorted;
    if (first === undefined) return [];
    return [{ label, method: first.method, point: first.point, units: sorted }];
  });
}

function labelOf({ method, point }: UnitRecord): string {
  return variantLabel(method, point);
}

/** What tells a variant from the others: its method, and its values of the sweep. */
export function variantLabel(method: string, point: UnitRecord['point']): string {
  return [method, ...Object.entries(point).map(([name, value]) => `${name}=${value}`)].join(', ');
}
