import assert from "node:assert/strict";

/** An element of a parsed document; text stands between elements as strings. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

/** What XML 1.0 allows in a document: `Char`, production 2. */
const chars = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const token =
  /<\?xml [^?]*\?>|<(?<open>[\w-]+)(?<attributes>(?:\s+[\w-]+="[^"<]*")*)\s*(?<empty>\/?)>|<\/(?<close>[\w-]+)>|(?<text>[^<]+)/y;

/** Reads a document of elements, attributes and text; anything else in it, or anything not well formed, throws. */
export function parseXml(text: string): Element {
  assert.match(text, chars);
  const root = { name: "", attributes: {}, children: [] as (Element | string)[] };
  const open: (typeof root)[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const groups = token.exec(text)?.groups;
    assert.ok(groups, `not well formed at ${at}: ${text.slice(at, at + 80)}`);
    const parent = open.at(-1);
    assert.ok(parent, "there is more than one root");
    if (groups.text !== undefined) parent.children.push(decoded(groups.text));
    else if (groups.close !== undefined) assert.equal(open.pop()?.name, groups.close);
    else if (groups.open !== undefined) {
      const element = { name: groups.open, attributes: attributesOf(groups.attributes ?? ""), children: [] };
      parent.children.push(element);
      if (groups.empty === "") open.push(element);
    }
  }
  assert.deepEqual(open, [root], "an element is not closed");
  const [first, ...more] = root.children.filter((child) => typeof child !== "string" || child.trim() !== "");
  assert.ok(typeof first === "object" && more.length === 0, "there is not one root");
  return first;
}

/** Its elements of that name. */
export function elements({ children }: Element, name?: string): Element[] {
  return children
    .filter((child) => typeof child === "object")
    .filter((child) => name === undefined || child.name === name);
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [
    name,
    decoded(value),
  ]);
  const attributes = Object.fromEntries(pairs) as Record<string, string>;
  assert.equal(Object.keys(attributes).length, pairs.length, `an attribute stands twice: ${text}`);
  return attributes;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function decoded(text: string): string {
  return text.replace(/&([^;]*;)?/g, (whole) => {
    const character = entities[whole.slice(1, -1)];
    assert.ok(character, `${whole} is no reference`);
    return character;
  });
}
