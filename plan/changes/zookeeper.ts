import { majorityOf } from "../../mesos/majority";
import type { DangerId } from "../../mesos/dangers";
import type { Owner } from "./owners";
import type { Consequence, Effect } from "./types";
import { count, list } from "./wording";

/** What becomes of the ensemble's quorum and data when its servers change. */
export function effectOnZookeeper(owner: Owner): Effect {
  const { before, after, replaced, created, deleted } = owner;
  if (before.length === 0) return { consequences: [], dangers: [] };
  const consequences: Consequence[] = [];
  const dangers: DangerId[] = [];
  const is = majorityOf(after.length);
  if (before.length !== after.length) {
    consequences.push({ about: "quorum", text: `ZooKeeper's quorum ${majorityOf(before.length)} -> ${is}` });
  }
  const staying = after.length - replaced.length - created.length;
  if (replaced.length > 0 && staying < is) {
    consequences.push({
      about: "quorum",
      text: `${count(replaced.length, "ZooKeeper server")} made again at the same time: masters lose their sessions, the leading master ends and starts again, and one is elected when ${is} ${is === 1 ? "server is" : "servers are"} back`,
    });
    dangers.push("quorum-loss");
  } else if (replaced.length > 0) {
    consequences.push({
      about: "quorum",
      text: `${list(replaced)} made again while ${staying} of quorum ${is} stay: sessions move to the others`,
    });
  }
  if (replaced.length > 0) consequences.push({ about: "tasks", text: "running tasks go on" });
  return finish(owner, consequences, dangers, deleted.length + owner.emptied.length);
}

/** Data survives when no quorum can form of servers that have none, and those that stay know all that was agreed. */
function finish(
  { before, after }: Owner,
  consequences: readonly Consequence[],
  dangers: readonly DangerId[],
  gone: number,
): Effect {
  const kept = before.length - gone;
  const empty = after.length - kept;
  const agreed = kept + majorityOf(before.length) > before.length;
  if (agreed && empty < majorityOf(after.length)) {
    const stays: Consequence = {
      about: "data",
      text: "ZooKeeper's data stays: the servers keep their volumes",
    };
    return { consequences: [...consequences, ...(before.length > 0 ? [stays] : [])], dangers };
  }
  const why = agreed
    ? `${count(empty, "server")} without data of ${after.length} could elect a leader among themselves`
    : `only ${count(kept, "server")} of ${before.length} keep their data`;
  return {
    consequences: [
      ...consequences,
      {
        about: "data",
        text: `${why}: what frameworks keep in ZooKeeper, such as Marathon's applications, may be lost`,
      },
    ],
    dangers: [...dangers, "zookeeper-data-loss"],
  };
}
