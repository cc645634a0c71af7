import { noteLine, reviewCluster, type Review } from "../config/oracle/review";
import type { HostFacts } from "../config/oracle/rule";
import type { CellSpec, ClusterSpec } from "../config/spec";
import { docker, NoEngineError } from "../readiness/docker";
import { PreconditionError } from "./precondition";

let known: Promise<HostFacts> | undefined;

/** What this machine's engine says of itself; asked once a process. */
export function engineFacts(): Promise<HostFacts> {
  known ??= docker(["info", "--format", "{{json .}}"]).then((text) => factsOf(JSON.parse(text)));
  return known;
}

/** The answer of `docker info` as the rules take it; what it does not say is not assumed. */
export function factsOf(info: unknown): HostFacts {
  const { CgroupVersion, ServerVersion, NCPU, MemTotal } = info as Readonly<Record<string, unknown>>;
  return {
    cgroup: CgroupVersion === "1" ? "v1" : CgroupVersion === "2" ? "v2" : undefined,
    engine: typeof ServerVersion === "string" && /^\d+\./.test(ServerVersion) ? ServerVersion : undefined,
    cpus: typeof NCPU === "number" && NCPU > 0 ? NCPU : undefined,
    memory: typeof MemTotal === "number" && MemTotal > 0 ? Math.floor(MemTotal / 1024 ** 2) : undefined,
  };
}

/** What the rules say of a cluster that is to run here: hosts behind ssh are looked at when they are prepared. */
export async function reviewHere(spec: ClusterSpec): Promise<Review> {
  return reviewCluster(spec, spec.target.kind === "local" ? await engineFacts() : {});
}

/** @throws PreconditionError where a rule refuses the cluster: its file alone was fine, so it is this machine */
export function refuseHere(cluster: string, { refused }: Review): void {
  if (refused.length === 0) return;
  throw new PreconditionError(`${cluster} cannot run on this machine: ${refused.map(noteLine).join("\n")}`);
}

/** Cells with what the rules say of them on this machine's engine, as far as one answers. */
export async function cellsHere<Chosen extends { readonly cell: CellSpec }>(
  chosen: readonly Chosen[],
): Promise<readonly Chosen[]> {
  const startable = chosen.some(
    ({ cell: { cluster, refused } }) => refused.length === 0 && cluster.target.kind === "local",
  );
  if (!startable) return chosen;
  try {
    await engineFacts();
  } catch (error) {
    // Whoever starts a cell says so, with the run's report.
    if (error instanceof NoEngineError) return chosen;
    throw error;
  }
  return Promise.all(
    chosen.map(async (one) =>
      one.cell.refused.length > 0
        ? one
        : { ...one, cell: { ...one.cell, ...(await reviewHere(one.cell.cluster)) } },
    ),
  );
}
