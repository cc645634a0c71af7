import { loadAnyFile } from "../../config/load";
import { noteLine } from "../../config/oracle/review";
import type { CellSpec, ClusterSpec, MatrixSpec } from "../../config/spec";
import { printable } from "../../config/wording";
import { planCluster } from "../../plan/cluster";
import { sampleSubnet, unresolvedInputs } from "../../plan/unresolved";
import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import { clusterNotes, matrixNotes } from "../notes";
import { warn } from "./voice";

/**
 * `mesos-matrix plan FILE`: what would be made of a file, container by container. Nothing is started, and neither
 * Docker nor a registry is asked: images are shown as they would be looked for.
 */
export function planCommand(file: string, { json }: { readonly json?: boolean }): number {
  const found = loadAnyFile(file);
  const notes = found.kind === "Cluster" ? clusterNotes(found.cluster) : matrixNotes(found.matrix);
  for (const note of notes) warn(note);
  if (json === true) {
    const value = found.kind === "Cluster" ? planned(found.cluster) : matrixJson(found.matrix);
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return 0;
  }
  const lines = found.kind === "Cluster" ? clusterLines(found.cluster) : matrixLines(found.matrix);
  for (const line of lines) process.stdout.write(`${printable(line)}\n`);
  return 0;
}

/** The plan of a cluster as far as it is known before anything is asked. */
export function planned(spec: ClusterSpec): ClusterPlan {
  return planCluster(spec, unresolvedInputs(spec));
}

function clusterLines(spec: ClusterSpec): string[] {
  const plan = planned(spec);
  const where = spec.target.kind === "local" ? "this machine's Docker" : `target ${spec.target.kind}`;
  return [
    `cluster ${spec.name}: ${plan.containers.length} containers and ${plan.volumes.length} volumes on ${where}`,
    ...(plan.network === undefined
      ? []
      : [
          `network ${plan.network.name}: a free /20 is chosen when it is made; ${sampleSubnet} stands for it here`,
        ]),
    ...plan.containers.flatMap(containerLines),
    "",
    `ready when all of them are, at most ${plan.readiness.timeoutSeconds} s`,
  ];
}

function containerLines(container: ContainerPlan): string[] {
  const { key, address, listen, labels, host, network, entrypoint, argv, env, uploads, publish } = container;
  const image = labels["mesos-matrix.image"] ?? "";
  const words = [...entrypoint, ...argv];
  return [
    "",
    `${key}  ${image}  ${network === "host" ? `${host} ` : ""}${address}:${listen.join(",")}`,
    ...(words.length === 0 ? [] : [`  ${words.join(" ")}`]),
    ...Object.entries(env).map(([name, value]) => `  ${name}=${value}`),
    ...uploads.map((upload) => `  file ${upload.path}${"secret" in upload ? " (secret)" : ""}`),
    ...publish.map((port) => `  ${port.port}/${port.protocol} is published at 127.0.0.1`),
  ];
}

function matrixLines({ name, cells, test }: MatrixSpec): string[] {
  const starting = cells.filter(({ refused }) => refused.length === 0);
  return [
    `matrix ${name}: ${starting.length} of ${cells.length} cells would run ${JSON.stringify(test.command)}`,
    ...cells.map(cellLine),
  ];
}

function cellLine({ displayName, cluster, refused }: CellSpec): string {
  if (refused.length > 0) return `  ${displayName}  refused: ${refused.map(noteLine).join("; ")}`;
  const { containers } = planned(cluster);
  const images = new Set(containers.map(({ labels }) => labels["mesos-matrix.image"] ?? ""));
  return `  ${displayName}  ${containers.length} containers of ${[...images].join(", ")}`;
}

function matrixJson({ name, cells, test }: MatrixSpec): object {
  return {
    matrix: name,
    test: { command: test.command, timeout: test.timeout },
    cells: cells.map(({ displayName, coordinates, cluster, refused }) => ({
      cell: displayName,
      coordinates,
      refused,
      plan: refused.length === 0 ? planned(cluster) : null,
    })),
  };
}
