import { axisTargets, withValue, writtenPath } from "./axis-names";
import { expandRange, isRange, takesVersions } from "./axis-ranges";
import type { Fault, Finding, Path } from "./fault";
import { formatPath } from "./fault";
import { isMapping, startsWith } from "./view";
import type { View } from "./view";
import { printable, show } from "./wording";

/** One value of an axis, at its place in the document. */
export interface AxisValue {
  readonly text: string;
  readonly value: string | number;
  readonly path: Path;
}

/** What differs between cells. */
export interface Axis {
  readonly name: string;
  /** The fields of the cluster that it sets. */
  readonly targets: readonly Path[];
  readonly values: readonly AxisValue[];
}

/** Reads the axes in the order of the file; one with a fault is kept as far as it goes, to check what uses it. */
export function readAxes(view: View, cluster: unknown): { axes: readonly Axis[]; faults: readonly Fault[] } {
  if (!isMapping(view.value)) return { axes: [], faults: [] };
  const axes: Axis[] = [];
  const faults: Fault[] = [];
  const fault = (path: Path, at: Fault["at"], finding: Finding): void => {
    faults.push({ path: view.toDocument(path), at, ...finding });
  };
  if (Object.keys(view.value).length === 0) {
    fault([], "value", {
      message: "there are no axes, so no cells differ",
      cure: 'add mesos: ["1.8.0-rc3", "1.11.0"]',
    });
  }
  for (const [name, listed] of Object.entries(view.value)) {
    const targets = freeTargets(name, cluster, axes);
    if ("message" in targets) fault([name], "key", targets);
    const known = "message" in targets ? [] : targets;
    axes.push({ name, targets: known, values: readValues(name, listed, view, takesVersions(known), fault) });
  }
  return { axes, faults };
}

/** An axis value where it may stand, in a list of an axis or in a mapping of include or exclude. */
export function readValue(value: unknown, path: Path, view: View): AxisValue | Finding {
  if (typeof value !== "string" && typeof value !== "number") {
    return {
      message: `${show(value)} stands here, but the value of an axis must be text or a number`,
      cure: typeof value === "boolean" ? `write "${value}"` : 'write it like "1.11.0"',
    };
  }
  const text = typeof value === "number" ? (view.textAt(path) ?? String(value)) : value;
  if (text === "" || text.length > 100 || printable(text) !== text) {
    return {
      message: `${show(text)} cannot name a cell: 1 to 100 characters that can be printed`,
      cure: "write a shorter or plainer value",
    };
  }
  return { text, value, path: view.toDocument(path) };
}

/** The cluster of a cell: the axes' values in their places, each of them standing where the user wrote it. */
export function cellView(
  cluster: View,
  axes: readonly Axis[],
  values: readonly (AxisValue | undefined)[],
): View {
  const settings = axes.flatMap(({ targets }, i) => {
    const chosen = values[i];
    return chosen === undefined ? [] : targets.map((target) => ({ target, chosen }));
  });
  const settingOf = (path: Path): AxisValue | undefined =>
    settings.find(({ target }) => startsWith(path, target))?.chosen;
  return {
    value: settings.reduce(
      (value, { target, chosen }) => withValue(value, target, chosen.value),
      cluster.value,
    ),
    toDocument: (path) => settingOf(path)?.path ?? cluster.toDocument(writtenPath(cluster.value, path)),
    textAt: (path) => settingOf(path)?.text ?? cluster.textAt(writtenPath(cluster.value, path)),
  };
}

function freeTargets(name: string, cluster: unknown, axes: readonly Axis[]): readonly Path[] | Finding {
  const targets = axisTargets(name, cluster);
  if ("message" in targets) return targets;
  const taken = (axis: Axis): boolean =>
    axis.targets.some((a) => targets.some((b) => formatPath(a) === formatPath(b)));
  const rival = axes.find(taken);
  if (rival === undefined) return targets;
  return {
    message: `${show(name)} sets what the axis ${show(rival.name)} sets already`,
    cure: "keep one of the two axes",
  };
}

function readValues(
  name: string,
  listed: unknown,
  view: View,
  ranged: boolean,
  fault: (path: Path, at: Fault["at"], finding: Finding) => void,
): readonly AxisValue[] {
  const items = itemsOf(name, listed, ranged);
  if (items === undefined) {
    const example =
      typeof listed === "string" || typeof listed === "number" ? show(String(listed)) : '"1.11.0"';
    const message = `${show(listed)} stands here, but the values of an axis must be a list`;
    fault([name], "value", { message, cure: `write ${printable(name)}: [${example}]` });
    return [];
  }
  if (items.length === 0) {
    const message = "the axis has no values, so the matrix would have no cells";
    fault([name], "value", { message, cure: "give it values, or take the axis out" });
  }
  const values = new Map<string, AxisValue>();
  const single = new Set<string>();
  for (const { item, path } of items) {
    if (ranged && isRange(item)) {
      const range = expandRange(item);
      const place = [...path, ...range.path];
      if ("finding" in range) fault(place, "value", range.finding);
      // What stands on the axis already is no slip here: ranges may meet each other and single versions.
      else
        for (const value of rangeValues(range.versions, view.toDocument(place), values))
          values.set(value.text, value);
      continue;
    }
    const value = readValue(item, path, view);
    if ("message" in value) {
      fault(path, "value", value);
    } else if (single.has(value.text)) {
      const message = `${show(value.text)} stands twice on this axis, and two cells would be the same`;
      fault(path, "value", { message, cure: "keep one of the two" });
    } else {
      single.add(value.text);
      if (!values.has(value.text)) values.set(value.text, value);
    }
  }
  return [...values.values()];
}

/** A list's items with their places, or the one range that may stand for a list. */
function itemsOf(
  name: string,
  listed: unknown,
  ranged: boolean,
): { item: unknown; path: Path }[] | undefined {
  if (Array.isArray(listed)) return listed.map((item: unknown, i) => ({ item, path: [name, i] }));
  return ranged && isRange(listed) ? [{ item: listed, path: [name] }] : undefined;
}

function rangeValues(
  versions: readonly string[],
  path: Path,
  taken: ReadonlyMap<string, AxisValue>,
): AxisValue[] {
  return versions.filter((text) => !taken.has(text)).map((text) => ({ text, value: text, path }));
}
