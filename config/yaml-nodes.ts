import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Node, YAMLMap } from "yaml";
import type { Fault, Path } from "./fault";

interface Entry {
  readonly key: Node;
  readonly value: Node;
}

interface Found {
  readonly node: Node | undefined;
  /** The key under which it stands, if in a mapping. */
  readonly key: Node | undefined;
  /** How many parts of the path are not there. */
  readonly missing: number;
}

/** Finds the text of the values of a document again. */
export class NodeFinder {
  readonly #entries = new WeakMap<YAMLMap, ReadonlyMap<string, Entry>>();

  constructor(
    private readonly root: Node | null,
    private readonly anchors: ReadonlyMap<string, Node>,
  ) {}

  /** Where `path` begins in the text; of a path that is only partly there, the key of the last part that is. */
  offset(path: Path, at: Fault["at"]): number {
    const { node, key, missing } = this.#find(path);
    const chosen = (at === "key" || missing > 0) && key !== undefined ? key : node;
    return chosen?.range?.[0] ?? this.root?.range?.[0] ?? 0;
  }

  /** What the user typed for the scalar at `path`, without quotes. */
  text(path: Path): string | undefined {
    const { node, missing } = this.#find(path);
    return missing === 0 && isScalar(node) && typeof node.source === "string" ? node.source : undefined;
  }

  #find(path: Path): Found {
    let found: Found = { node: this.root ?? undefined, key: undefined, missing: path.length };
    for (const [i, part] of path.entries()) {
      const at = isAlias(found.node) ? this.anchors.get(found.node.source) : found.node;
      const missing = path.length - i - 1;
      if (isMap(at)) {
        const entry = this.#entriesOf(at).get(String(part));
        if (entry === undefined) return found;
        found = { node: entry.value, key: entry.key, missing };
      } else if (isSeq(at) && typeof part === "number" && at.items[part] !== undefined) {
        found = { node: at.items[part] as Node, key: undefined, missing };
      } else {
        return found;
      }
    }
    return found;
  }

  #entriesOf(map: YAMLMap): ReadonlyMap<string, Entry> {
    const known = this.#entries.get(map);
    if (known !== undefined) return known;
    const entries = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      if (isScalar(key)) entries.set(String(key.value), { key, value: (value ?? key) as Node });
    }
    this.#entries.set(map, entries);
    return entries;
  }
}
