import { docker } from "../../readiness/docker";
import { PreconditionError } from "../precondition";
import { labelledClusters } from "../leftovers";
import { changeRecord, readRecord } from "./record";

/**
 * Labels of containers cannot be changed, and a container is not replaced for a new time stamp. A lease is an empty
 * volume with labels of the cluster: whoever looks at the engine, from whatever machine, sees it, and it goes away with
 * the cluster.
 */
async function addLease(
  name: string,
  lease: "kept" | "extended",
  expires: string | undefined,
): Promise<void> {
  const cluster = (await labelledClusters()).find((one) => one.name === name);
  const labels = {
    "mesos-matrix.cluster": name,
    "mesos-matrix.run": cluster?.run ?? readRecord(name)?.ownership.run ?? "",
    "mesos-matrix.lease": lease,
    ...(expires === undefined ? {} : { "mesos-matrix.expires": expires }),
  };
  const words = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
  const suffix = lease === "kept" ? lease : `until-${(expires ?? "").replace(/\D/g, "")}`;
  await docker(["volume", "create", ...words, `${name}-${suffix}`]);
}

/** A run leaves this cluster on purpose: it belongs to the user from now on. */
export async function keepCluster(name: string): Promise<void> {
  changeRecord(name, { kept: true });
  if (isHere(name)) await addLease(name, "kept", undefined);
}

/** The cluster lives until then, at least. @throws PreconditionError where there is no such cluster */
export async function extendCluster(name: string, expires: string): Promise<void> {
  const known = readRecord(name) !== undefined || (await labelledClusters()).some((one) => one.name === name);
  if (!known) {
    throw new PreconditionError(`there is no cluster ${name} on this machine; see mesos-matrix ls`);
  }
  changeRecord(name, { extended: expires });
  if (isHere(name)) await addLease(name, "extended", expires);
}

/** Whether its containers are on this machine's engine. */
function isHere(name: string): boolean {
  return (readRecord(name)?.target ?? "local") === "local";
}
