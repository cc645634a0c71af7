import type { DangerId } from "../../mesos/dangers";
import { upgradesBetween } from "../../mesos/upgrades";
import { known, lost } from "./masters";
import type { Owner } from "./owners";
import type { Consequence, Effect } from "./types";
import { list } from "./wording";

/** What becomes of tasks and of agents' ids when agents change. */
export function effectOnAgents(owner: Owner): Effect {
  const { replaced, emptied, deleted, created } = owner;
  const returning = replaced.filter((key) => !emptied.includes(key));
  const consequences: Consequence[] = [];
  const dangers: DangerId[] = [];
  if (returning.length > 0) {
    consequences.push({
      about: "tasks",
      text: `the tasks of ${list(returning)} end with ${its(returning)}; ${list(returning)} ${comes(returning)} back under the same id, and the tasks are reported lost or failed`,
    });
  }
  if (emptied.length > 0) {
    consequences.push(
      {
        about: "tasks",
        text: `${list(emptied)} ${registers(emptied)} under a new id, and the tasks there are lost`,
      },
      {
        about: "data",
        text: `${list(emptied)} ${emptied.length === 1 ? "starts" : "start"} on a fresh work_dir: sandboxes are gone`,
      },
    );
  }
  if (deleted.length > 0) {
    consequences.push(
      {
        about: "tasks",
        text: `${list(deleted)} ${deleted.length === 1 ? "leaves" : "leave"}, and the tasks there are lost`,
      },
      { about: "data", text: `the work_dir of ${list(deleted)} is removed: sandboxes are gone` },
    );
  }
  if (replaced.length > 0 || deleted.length > 0) dangers.push("tasks-lost");
  if (created.length > 0) {
    consequences.push({
      about: "tasks",
      text: `${list(created)} ${created.length === 1 ? "registers" : "register"} and ${created.length === 1 ? "offers" : "offer"} resources; no running task is touched`,
    });
  }
  if (replaced.length > 0) {
    consequences.push({
      about: "endpoints",
      text: `new ports at 127.0.0.1 for ${list(replaced)}; addresses stay`,
    });
  }
  return { consequences: [...consequences, ...version(owner)], dangers };
}

function version({ versions: { before, after } }: Owner): Consequence[] {
  if (before === undefined || after === undefined || before === after || !known(before) || !known(after)) {
    return [];
  }
  return [
    ...lost("agent", before, after),
    ...upgradesBetween(before, after)
      .filter(({ concerns }) => concerns === "agents")
      .map(({ to, fact, source }): Consequence => ({
        about: "order",
        text: `from ${to} on, ${fact} (${source})`,
      })),
  ];
}

const its = (keys: readonly string[]): string => (keys.length === 1 ? "its container" : "their containers");
const comes = (keys: readonly string[]): string => (keys.length === 1 ? "comes" : "come");
const registers = (keys: readonly string[]): string => (keys.length === 1 ? "registers" : "register");
