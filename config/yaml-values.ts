import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Node } from "yaml";
import type { Fault, Finding, Path } from "./fault";
import { show } from "./wording";

const DEEPEST = 50;
const MOST_VALUES = 50_000;

/** The plain values of a YAML document. */
export interface YamlValues {
  readonly value: unknown;
  readonly anchors: ReadonlyMap<string, Node>;
  readonly faults: readonly Fault[];
  /** Why the document cannot be read to its end; the rest is then worth nothing. */
  readonly refused: (Finding & { readonly offset: number }) | undefined;
}

/**
 * Turns YAML nodes into plain values, aliases written out. Unlike the library's own `toJS` it finds duplicate keys
 * in linear time, counts what aliases grow into, and keeps keys such as `__proto__` out.
 */
export function readNodes(root: Node | null): YamlValues {
  const reader = new Reader();
  const value = reader.read(root, [], 0);
  return { value, anchors: reader.anchors, faults: reader.faults, refused: reader.refused };
}

class Reader {
  readonly anchors = new Map<string, Node>();
  readonly faults: Fault[] = [];
  refused: YamlValues["refused"];
  #values = 0;

  read(node: unknown, path: Path, depth: number): unknown {
    if (this.refused !== undefined) return undefined;
    const offset = (node as Node | null)?.range?.[0] ?? 0;
    if (depth > DEEPEST) {
      this.refused = {
        offset,
        message: `lists and mappings are nested more than ${DEEPEST} deep here, or an alias holds itself`,
        cure: "write what a cluster needs; its deepest key has less than 10 levels",
      };
      return undefined;
    }
    this.#values += 1;
    if (this.#values > MOST_VALUES) {
      this.refused = {
        offset,
        message: `the file holds more than ${MOST_VALUES} values, aliases (*name) written out`,
        cure: "use fewer aliases of aliases",
      };
      return undefined;
    }
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target !== undefined) return this.read(target, path, depth + 1);
      const name = show(node.source).slice(1, -1);
      this.refused = {
        offset,
        message: `the alias *${name} has no anchor before it`,
        cure: `write &${name} before the value that it repeats, or put it in quotes`,
      };
      return undefined;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.anchors.set(node.anchor, node);
    }
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item, i) => this.read(item, [...path, i], depth + 1));
    if (!isMap(node)) return null;
    return this.#readMap(node.items, path, depth);
  }

  #readMap(items: readonly { key: unknown; value: unknown }[], path: Path, depth: number): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of items) {
      const name = this.#keyName(key, path);
      if (name === undefined) continue;
      if (entries.has(name)) {
        this.#fault([...path, name], "key", {
          message: `${show(name)} is written twice`,
          cure: "keep one of the two",
        });
      }
      entries.set(name, this.read(value, [...path, name], depth + 1));
    }
    return Object.fromEntries(entries);
  }

  #keyName(key: unknown, path: Path): string | undefined {
    const text =
      isScalar<string | number | boolean | null>(key) && key.value !== null ? String(key.value) : undefined;
    if (text === undefined) {
      this.#fault(path, "value", {
        message: "a key here is no plain text",
        cure: "write every key as a word",
      });
      return undefined;
    }
    if (text === "__proto__") {
      this.#fault([...path, text], "key", {
        message: '"__proto__" is no key that can be used',
        cure: "take it out",
      });
      return undefined;
    }
    if (text === "<<") {
      this.#fault([...path, text], "key", {
        message: "merge keys (<<) are not supported",
        cure: "write the keys out; a plain alias (key: *name) works",
      });
      return undefined;
    }
    return text;
  }

  #fault(path: Path, at: Fault["at"], finding: Finding): void {
    this.faults.push({ path, at, ...finding });
  }
}
