import type { z } from "zod";
import { parseCluster } from "../../config/cluster-file";
import type { clusterSchema } from "../../config/cluster-schema";
import type { matrixFileSchema } from "../../config/file-schema";
import { parseMatrix } from "../../config/matrix";
import type { ClusterSpec, MatrixSpec } from "../../config/spec";

/** What stands under `cluster:` in a file. */
export type ClusterWords = z.input<typeof clusterSchema>;

/** What stands in a file of `kind: Matrix`, but for its two first lines. */
export type MatrixWords = Omit<z.input<typeof matrixFileSchema>, "apiVersion" | "kind">;

const apiVersion = "mesos-matrix/v1";

/** A checked cluster of a file's words. @throws ConfigError with every problem */
export function clusterSpec(cluster: ClusterWords, name = "cluster"): ClusterSpec {
  const document = { apiVersion, kind: "Cluster", name, cluster };
  return parseCluster(JSON.stringify(document, null, 2), "cluster", { defaultName: name });
}

/** A checked matrix of a file's words. @throws ConfigError with every problem */
export function matrixSpec(matrix: MatrixWords): MatrixSpec {
  return parseMatrix(JSON.stringify({ apiVersion, kind: "Matrix", ...matrix }, null, 2), "matrix");
}
