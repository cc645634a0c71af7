import { fileJsonSchema } from "../../config/json-schema";
import { reportJsonSchema } from "../report/run-report";

const schemas = {
  cluster: () => fileJsonSchema("cluster"),
  matrix: () => fileJsonSchema("matrix"),
  report: reportJsonSchema,
};

export type SchemaName = keyof typeof schemas;

export const schemaNames = Object.keys(schemas) as SchemaName[];

/** `mesos-matrix schema NAME`: a JSON Schema, for editors and for programs that read our files. */
export function schemaCommand(name: SchemaName): number {
  process.stdout.write(`${JSON.stringify(schemas[name](), null, 2)}\n`);
  return 0;
}
