import { Root, type INamespace, type Type } from "protobufjs/light";
import v1 from "./data/v1.json";
import { definitionsAt, type Definitions, type DefinitionTable, type FieldDefinition } from "./definitions";
import { readJson } from "./from-json";
import { isObject, type Json, type JsonObject } from "./json";

/**
 * The messages of an API at one version, by name without `mesos.v1.` (`scheduler.Call`, `executor.Event`, `TaskInfo`).
 * In memory each is the JSON that Mesos writes for it: names of fields as in the .proto files, enums by name, bytes as
 * base64, 64-bit numbers as numbers.
 */
export class MessageSet {
  private readonly definitions: Definitions;
  private readonly root: Root;

  constructor(
    table: DefinitionTable,
    private readonly tag: string,
  ) {
    this.definitions = definitionsAt(table, tag);
    this.root = Root.fromJSON(descriptors(this.definitions));
  }

  /** Reads a message from JSON. Throws in the words of Mesos. */
  fromJson(type: string, value: Json): JsonObject {
    return readJson(this.definitions, this.tag, type, value);
  }

  /** Reads a message from protobuf. Throws on bytes that are none, or that lack a required field. */
  fromProtobuf(type: string, bytes: Uint8Array): JsonObject {
    const codec = this.codec(type);
    const plain: unknown = codec.toObject(codec.decode(bytes), {
      longs: Number,
      enums: String,
      bytes: String,
    });
    return this.withoutUnknownEnums(type, plain as JsonObject);
  }

  /** Writes a message as protobuf. Members that it does not define are left out. */
  toProtobuf(type: string, message: JsonObject): Buffer {
    const codec = this.codec(type);
    return Buffer.from(codec.encode(codec.fromObject(message)).finish());
  }

  private codec(type: string): Type {
    return this.root.lookupType(type);
  }

  /** An enum value that this version does not know counts as absent, as in protobuf 2. */
  private withoutUnknownEnums(type: string, message: JsonObject): JsonObject {
    const fields = this.definitions.messages.get(type);
    return Object.fromEntries(
      Object.entries(message).flatMap(([name, value]) => {
        const field = fields?.get(name);
        if (field === undefined || value === undefined) return [];
        const known = this.known(field, value);
        return known === undefined ? [] : [[name, known]];
      }),
    );
  }

  private known(field: FieldDefinition, value: Json): Json | undefined {
    if (Array.isArray(value)) {
      return value.flatMap((item: Json) => this.known(field, item) ?? []);
    }
    if (this.definitions.enums.has(field.type)) return typeof value === "string" ? value : undefined;
    if (field.occurs === "map" || !isObject(value)) return value;
    return this.withoutUnknownEnums(field.type, value);
  }
}

const sets = new Map<string, MessageSet>();

/** The messages of the v1 APIs at a version. Source: include/mesos/v1 of apache/mesos at 0.24.0 to 1.11.0 and master. */
export function v1Messages(tag: string): MessageSet {
  const known = sets.get(tag) ?? new MessageSet(v1, tag);
  sets.set(tag, known);
  return known;
}

/** The definitions in protobufjs' own form; names with dots are packages to it. */
function descriptors({ messages, enums }: Definitions): INamespace {
  const root: Nested = { nested: {} };
  for (const [name, fields] of messages) {
    const message = place(root, name);
    message.edition = EDITION;
    message.fields = Object.fromEntries([...fields].map(([id, field]) => [id, descriptor(field)]));
  }
  for (const [name, values] of enums) {
    const placed = place(root, name);
    placed.edition = EDITION;
    placed.values = Object.fromEntries(values);
  }
  return root;
}

/** Without it protobufjs takes a package for proto3, which writes no zeros. */
const EDITION = "proto2";

interface Nested {
  nested: Record<string, Nested>;
  edition?: string;
  fields?: Record<string, object>;
  values?: Record<string, number>;
}

function place(root: Nested, name: string): Nested {
  return name.split(".").reduce((at, part) => (at.nested[part] ??= { nested: {} }), root);
}

function descriptor({ number, occurs, type: name }: FieldDefinition): object {
  const type = /^[a-z0-9]+$/.test(name) ? name : `.${name}`;
  if (occurs === "map") return { keyType: "string", type, id: number };
  return occurs === "optional" ? { type, id: number } : { rule: occurs, type, id: number };
}
