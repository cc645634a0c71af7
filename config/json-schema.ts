import { z } from "zod";
import { clusterFileSchema, matrixFileSchema } from "./file-schema";

/**
 * The JSON Schema of a file of `kind: Cluster` or `kind: Matrix`, for editors: its keys, types and words. What depends
 * on versions, counts or other keys is known to `mesos-matrix check` alone.
 */
export function fileJsonSchema(kind: "cluster" | "matrix"): object {
  const schema = kind === "cluster" ? clusterFileSchema : matrixFileSchema;
  return { title: `mesos-matrix ${kind} file`, ...z.toJSONSchema(schema, { io: "input", reused: "ref" }) };
}
