import { labelledClusters, type LabelledCluster } from "../leftovers";
import { onEngines } from "./engines";

/** The cluster of that name as the labels on this machine's engine and on its hosts' show it; undefined: there is nothing. */
export async function findCluster(name: string): Promise<LabelledCluster | undefined> {
  const { found } = await onEngines(name, ({ engine }) => labelledClusters(engine));
  return found.flat().find((cluster) => cluster.name === name);
}
