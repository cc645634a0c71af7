import type { Fault } from "./fault";
import { isMapping } from "./view";
import type { View } from "./view";

/**
 * The one thing to say of a file of the other kind: everything else that a schema would say of it follows from
 * this.
 */
export function wrongKind({ value }: View, wanted: "Cluster" | "Matrix"): Fault | undefined {
  if (!isMapping(value)) return undefined;
  if (wanted === "Matrix" && value.kind === "Cluster") {
    return {
      path: ["kind"],
      at: "value",
      message: "this file describes one cluster, and a matrix is needed here",
      cure: "use `mesos-matrix up` for one cluster, or write kind: Matrix and add axes: and test:",
    };
  }
  if (wanted === "Cluster" && value.kind === "Matrix") {
    return {
      path: ["kind"],
      at: "value",
      message: "this file describes a matrix, and one cluster is needed here",
      cure: "use `mesos-matrix run` for a matrix, or write kind: Cluster and take axes: and test: out",
    };
  }
  if ("config" in value && !("kind" in value)) {
    return {
      path: ["config"],
      at: "key",
      message: "this looks like a stack's config (Pulumi.<stack>.yaml)",
      cure: `write a file with apiVersion: mesos-matrix/v1 and kind: ${wanted}, or use \`pulumi up\` with the stack`,
    };
  }
  return undefined;
}
