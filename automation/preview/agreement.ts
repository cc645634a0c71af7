import type { Change, ResourceOperation } from "../../plan/changes/types";
import type { ContainerPlan } from "../../plan/types";
import type { PulumiOperation } from "./pulumi";
import { idOf } from "./resource-ids";

/** How our explanation and Pulumi's own preview stand to each other. */
export interface Agreement {
  /** What no plan can tell and Pulumi sees: contents of files, and what somebody did to the containers by hand. */
  readonly more: readonly Change[];
  /** Where one of the two would do what the other would not; it must be empty. */
  readonly disagreements: readonly string[];
}

/** What is known beside the plans. */
export interface Circumstances {
  readonly after: readonly ContainerPlan[];
  /** Resources (`container agent-1`) that nothing certain is known of. */
  readonly unknown: readonly string[];
  /** State on the engine by the containers' keys; a container that is not there is not in it. */
  readonly running: ReadonlyMap<string, string>;
}

/** Holds what was explained against what Pulumi would do. */
export function compare(
  explained: readonly ResourceOperation[],
  pulumi: readonly PulumiOperation[],
  circumstances: Circumstances,
): Agreement {
  const { unknown } = circumstances;
  const uncertain = new Set(unknown);
  const theirs = new Map(pulumi.map((found) => [idOf(found.type, found.name), found]));
  const ours = new Map(explained.map((found) => [`${found.kind} ${found.key}`, found]));
  const more: Change[] = [];
  const disagreements: string[] = [];
  // Where a container is made again, readiness is proven again: it follows from the container, not from the plan.
  let touched = false;
  for (const [id, found] of theirs) {
    const our = ours.get(id);
    if (our?.operation === found.operation) continue;
    const change = explanation(found, uncertain, circumstances);
    if (change !== undefined) {
      more.push(change);
      touched ||= found.kind === "container";
    } else if (!follows(found) || !(touched || unknown.length > 0)) {
      disagreements.push(
        our === undefined
          ? `Pulumi would ${found.operation} the ${found.kind ?? found.type} ${found.name}${because(found)}, and nothing explains it`
          : `Pulumi would ${found.operation} the ${found.kind ?? found.type} ${found.name}, which was explained as ${our.operation}`,
      );
    }
  }
  for (const [id, { kind, key, operation }] of ours) {
    if (theirs.has(id) || uncertain.has(id) || (follows({ kind }) && unknown.length > 0)) continue;
    disagreements.push(`Pulumi would not ${operation} the ${kind} ${key}, which was explained`);
  }
  return { more, disagreements };
}

/** What is done because something else is: it needs no explanation of its own. */
function follows({ kind }: { readonly kind: PulumiOperation["kind"] }): boolean {
  return kind === "readiness" || kind === "retirement" || kind === "tasks";
}

function explanation(
  found: PulumiOperation,
  uncertain: ReadonlySet<string>,
  { after, running }: Circumstances,
): Change | undefined {
  const { kind, name, operation } = found;
  if (kind === undefined) return beside(found);
  const touched: ResourceOperation[] = [{ kind, key: name, operation }];
  const about = { subject: name, touched, consequences: [], dangers: [] };
  if (uncertain.has(`${kind} ${name}`)) {
    return {
      ...about,
      reasons: [{ what: "what an `up` that did not end left of it is not known", key: "the stack's state" }],
      consequences: [
        { about: "tasks", text: `it is taken to its plan (${operation}); what runs on it now may end` },
      ],
      dangers: operation === "create" ? [] : ["tasks-lost"],
    };
  }
  if (follows(found)) return undefined;
  const container = after.find(({ key }) => key === name);
  if (kind === "container" && container !== undefined) {
    const opaque = container.uploads.some((upload) => !("content" in upload));
    if (operation === "replace" && opaque && found.properties.every((property) => property === "uploads")) {
      return {
        ...about,
        reasons: [{ what: "another content of a secret or of a file", key: fileNames(container) }],
        consequences: [{ about: "tasks", text: `${name} is made again, as for any change of its files` }],
        dangers: container.role === "agent" ? ["tasks-lost"] : [],
      };
    }
    const state = running.get(name);
    if (state !== "running") {
      return {
        ...about,
        reasons: [
          {
            what: `it ${state === undefined ? "is gone from the engine" : `is ${state}`}`,
            key: "nothing: done by hand, or it ended",
          },
        ],
        consequences: [{ about: "tasks", text: "it is brought back as planned" }],
      };
    }
  }
  if ((kind === "volume" || kind === "network") && operation === "create") {
    return {
      ...about,
      reasons: [{ what: `the ${kind} is gone from the engine`, key: "nothing: done by hand" }],
      consequences: [{ about: "data", text: "it is made again, empty" }],
    };
  }
  return undefined;
}

/** What no plan decides: connections to engines, and what is done on hosts so that containers can run there. */
function beside({ type, name, operation }: PulumiOperation): Change {
  const provider = type.startsWith("pulumi:providers:");
  return {
    subject: provider ? `connection ${name}` : name,
    reasons: [
      provider
        ? {
            what: `${operation} of Pulumi's ${type.slice("pulumi:providers:".length)} provider`,
            key: "the engine's address, or a plugin's version",
          }
        : { what: `${operation} of ${type}`, key: "target" },
    ],
    touched: [],
    consequences: [],
    dangers: [],
  };
}

function fileNames({ uploads }: ContainerPlan): string {
  return uploads
    .flatMap((upload) => ("content" in upload ? [] : ["secret" in upload ? upload.secret : upload.file]))
    .join(", ");
}

function because({ properties }: PulumiOperation): string {
  return properties.length === 0 ? "" : ` for ${properties.join(", ")}`;
}
