import { atLeast } from "../../mesos/versions";

/** A field of a message. `type` is a scalar of protobuf, or the name of a message or an enum of the same table. */
export interface FieldDefinition {
  readonly name: string;
  readonly number: number;
  readonly occurs: "optional" | "required" | "repeated" | "map";
  readonly type: string;
}

/**
 * The messages of an API, as the files in `data/` write them. Names are those of the package without `mesos.v1.`. Fields:
 * `name? 1 type; ...`, where `?` is optional, `!` required, `*` repeated and `%` a map by text. Values: `NAME 1; ...`.
 */
export interface DefinitionTable {
  readonly messages: Readonly<Record<string, string>>;
  readonly enums: Readonly<Record<string, string>>;
  /** What was otherwise up to a release: in place of what now has the same name or number. */
  readonly until: readonly {
    readonly last: string;
    readonly of: string;
    readonly fields?: string;
    readonly values?: string;
  }[];
  /** Values that older versions do not know: to them they are unknown ones. */
  readonly since: readonly { readonly first: string; readonly of: string; readonly values: string }[];
}

/** The definitions of one version. */
export interface Definitions {
  readonly messages: ReadonlyMap<string, ReadonlyMap<string, FieldDefinition>>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The definitions of a table as they were at a tag. Throws on a row that cannot be read. */
export function definitionsAt(table: DefinitionTable, tag: string): Definitions {
  const messages = readAll(table.messages, readField);
  const enums = readAll(table.enums, readValue);
  for (const { last, of, fields = "", values = "" } of table.until) {
    if (tag !== last && atLeast(tag, last)) continue;
    for (const field of listed(fields).map(readField)) {
      replace(messages.get(of), field, (known) => known.number === field[1].number);
    }
    for (const value of listed(values).map(readValue)) {
      replace(enums.get(of), value, (known) => known === value[1]);
    }
  }
  for (const { first, of, values } of table.since) {
    if (atLeast(tag, first)) continue;
    for (const name of listed(values)) enums.get(of)?.delete(name);
  }
  return { messages, enums };
}

function replace<T>(
  rows: Map<string, T> | undefined,
  [name, value]: readonly [string, T],
  isSame: (known: T) => boolean,
): void {
  for (const [other, known] of rows ?? []) if (isSame(known)) rows?.delete(other);
  rows?.set(name, value);
}

function readAll<T>(
  rows: Readonly<Record<string, string>>,
  read: (text: string) => readonly [string, T],
): Map<string, Map<string, T>> {
  return new Map(Object.entries(rows).map(([name, row]) => [name, new Map(listed(row).map(read))]));
}

const OCCURRENCES: Readonly<Record<string, FieldDefinition["occurs"]>> = {
  "?": "optional",
  "!": "required",
  "*": "repeated",
  "%": "map",
};

function readField(text: string): readonly [string, FieldDefinition] {
  const [, name = "", mark = "", number = "", type = ""] = /^(\w+)([?!*%]) (\d+) ([\w.]+)$/.exec(text) ?? [];
  const occurs = OCCURRENCES[mark];
  if (occurs === undefined) throw new Error(`'${text}' is no field`);
  return [name, { name, number: Number(number), occurs, type }];
}

function readValue(text: string): readonly [string, number] {
  const [name = "", number = ""] = text.split(" ");
  return [name, Number(number)];
}

function listed(row: string): string[] {
  return row === "" ? [] : row.split("; ");
}
