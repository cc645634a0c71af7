import { docker } from "../readiness/docker";
import { taskContainers } from "../readiness/task-containers";

/** Something on the engine that carries a cluster's label. */
export interface Leftover {
  readonly kind: "container" | "network" | "volume";
  readonly name: string;
}

const label = "mesos-matrix.cluster";

/** Everything on the engine (default: this machine's) that belongs to the cluster, its tasks' containers first. */
export async function leftoversOf(cluster: string, engine?: string): Promise<Leftover[]> {
  const filter = ["--filter", `label=${label}=${cluster}`];
  const [tasks, containers, networks, volumes] = await Promise.all([
    taskContainers(cluster, engine),
    docker(["container", "ls", "--all", ...filter, "--format", "{{.Names}}"], { engine }),
    docker(["network", "ls", ...filter, "--format", "{{.Name}}"], { engine }),
    docker(["volume", "ls", ...filter, "--format", "{{.Name}}"], { engine }),
  ]);
  return [
    ...tasks.map((name) => ({ kind: "container" as const, name })),
    ...names(containers).map((name) => ({ kind: "container" as const, name })),
    ...names(networks).map((name) => ({ kind: "network" as const, name })),
    ...names(volumes).map((name) => ({ kind: "volume" as const, name })),
  ];
}

/** Removes what is left of the cluster; answers with what could not be removed, in words. */
export async function removeLeftovers(cluster: string, engine?: string): Promise<string[]> {
  const failures: string[] = [];
  for (const { kind, name } of await leftoversOf(cluster, engine)) {
    const force = kind === "network" ? [] : ["--force"];
    const withVolumes = kind === "container" ? ["--volumes"] : [];
    await docker([kind, "rm", ...force, ...withVolumes, name], { engine }).catch((error: unknown) => {
      failures.push(`${kind} ${name} (${error instanceof Error ? error.message : String(error)})`);
    });
  }
  return failures;
}

/** A cluster as its labels on the engine show it. */
export interface LabelledCluster {
  readonly name: string;
  readonly run: string;
  readonly cell: string;
  /** Process that made it and is to remove it; undefined: a user is. */
  readonly owner: string | undefined;
  /** ISO time: the latest that any of its things says. */
  readonly expires: string | undefined;
  /** What was decided when it was made, which its containers say for ever. */
  readonly plannedExpiry: string | undefined;
  /** Whether a run left it running on purpose. */
  readonly kept: boolean;
  /** ISO time, or empty. */
  readonly created: string;
  readonly containers: number;
  readonly running: number;
}

interface Row {
  readonly cluster: string;
  readonly run: string;
  readonly cell: string;
  readonly owner: string;
  readonly expires: string;
  readonly lease: string;
  readonly created: string;
  readonly state: string;
}

const read = ["cluster", "run", "cell", "owner", "expires", "lease"].map(
  (name) => `{{.Label "mesos-matrix.${name}"}}`,
);

/** All clusters of which anything is on the engine (default: this machine's), by name. */
export async function labelledClusters(engine?: string): Promise<LabelledCluster[]> {
  const fields = read.join("\t");
  const filter = ["--filter", `label=${label}`, "--format"];
  const [containers, networks, volumes] = await Promise.all([
    docker(["container", "ls", "--all", ...filter, `${fields}\t{{.CreatedAt}}\t{{.State}}`], { engine }),
    docker(["network", "ls", ...filter, `${fields}\t{{.CreatedAt}}\t`], { engine }),
    docker(["volume", "ls", ...filter, `${fields}\t\t`], { engine }),
  ]);
  const rows = [...parse(containers), ...parse(networks), ...parse(volumes)];
  return [...new Set(rows.map((row) => row.cluster))].sort().map((name) => {
    const own = rows.filter((row) => row.cluster === name);
    const made = own.filter((row) => row.state !== "");
    const planned = own.filter((row) => row.lease === "");
    const first = (values: readonly string[]): string | undefined => values.filter(Boolean).sort()[0];
    return {
      name,
      run: first(own.map((row) => row.run)) ?? "",
      cell: first(own.map((row) => row.cell)) ?? "",
      owner: first(own.map((row) => row.owner)),
      expires: own
        .map((row) => row.expires)
        .filter(Boolean)
        .sort()
        .at(-1),
      plannedExpiry: first(planned.map((row) => row.expires)),
      kept: own.some((row) => row.lease === "kept"),
      created: first(planned.map((row) => isoTime(row.created))) ?? "",
      containers: made.length,
      running: made.filter((row) => row.state === "running").length,
    };
  });
}

function parse(text: string): Row[] {
  return names(text).map((line) => {
    const [
      cluster = "",
      run = "",
      cell = "",
      owner = "",
      expires = "",
      lease = "",
      created = "",
      state = "",
    ] = line.split("\t");
    return { cluster, run, cell, owner, expires, lease, created, state };
  });
}

/** Of `2026-11-23 15:46:36.216 +0000 UTC`. */
function isoTime(created: string): string {
  const [, day = "", time = "", zone = ""] = /^(\S+) (\d\d:\d\d:\d\d)\S* ([+-]\d{4})/.exec(created) ?? [];
  return day === "" ? "" : new Date(`${day}T${time}${zone}`).toISOString();
}

function names(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
