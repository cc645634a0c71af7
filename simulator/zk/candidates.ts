import { readableLabels, type MasterInfoLabel } from "../../mesos/wire";

/** A master's znode among the children of the cluster's path. */
export interface Candidate {
  readonly node: string;
  readonly label: MasterInfoLabel;
  readonly sequence: number;
}

/**
 * The znode of the leader: the lowest sequence number. Children without a number at the end are skipped. Throws where a
 * master is written in a form that `tag` cannot read, which ends detection in the real one too.
 */
export function leaderAmong(children: readonly string[], tag: string): Candidate | undefined {
  const candidates = children.flatMap((node): Candidate[] => {
    const match = /^(?:(.*)_)?(\d{10})$/.exec(node);
    if (match === null) return [];
    const label = match[1] ?? "";
    if (!isReadable(label, tag)) throw new Error(`Failed to parse data of unknown label '${label}'`);
    return [{ node, label, sequence: Number(match[2]) }];
  });
  return candidates.sort((a, b) => a.sequence - b.sequence)[0];
}

function isReadable(label: string, tag: string): label is MasterInfoLabel {
  return readableLabels(tag).some((readable) => readable === label);
}
