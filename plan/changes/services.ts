import type { Role } from "../types";
import type { Owner } from "./owners";
import type { Consequence, Effect } from "./types";
import { list } from "./wording";

const whileAway: Readonly<Partial<Record<Role, readonly Consequence[]>>> = {
  marathon: [
    {
      about: "tasks",
      text: "applications go on running; the new Marathon takes its state from ZooKeeper and registers under the same framework id",
    },
    { about: "endpoints", text: "Marathon's API does not answer until a new one leads" },
  ],
  "mesos-dns": [{ about: "endpoints", text: "names are not resolved until it is back" }],
  "load-balancer": [
    { about: "endpoints", text: "applications cannot be reached through it until it is back" },
  ],
};

/** What becomes of applications and their names when what serves them changes. */
export function effectOnService({ role, before, replaced, deleted, after }: Owner): Effect {
  if (before.length === 0) return { consequences: [], dangers: [] };
  if (after.length === 0) {
    return {
      consequences: [
        {
          about: "endpoints",
          text: `${list(deleted)} ${deleted.length === 1 ? "is" : "are"} removed for good`,
        },
      ],
      dangers: [],
    };
  }
  return { consequences: replaced.length > 0 ? (whileAway[role] ?? []) : [], dangers: [] };
}
