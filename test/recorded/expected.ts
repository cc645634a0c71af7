import { recordedAnswers, type Answer } from "./answers";
import {
  merge,
  shapeAt,
  shapeOf,
  WrittenNumber,
  type Shape,
  type Written,
  type WrittenObject,
} from "./shape";

/** Who answered. */
export type Where = "leader" | "standby" | "agent";

/** What is expected of an answer: all but the values that depend on the run. */
export interface Expected {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly shape: Shape;
  /** Bodies of text are expected as they are. */
  readonly text: string | undefined;
}

/** Lists that were empty in the recorded cluster, and lists that hold what they would hold; inner ones first. */
const ALIKE: readonly (readonly [empty: string, like: string])[] = [
  ["completed_frameworks[].tasks", "completed_frameworks[].completed_tasks"],
  ["completed_frameworks[].unreachable_tasks", "completed_frameworks[].completed_tasks"],
  ["frameworks", "completed_frameworks"],
  ["get_frameworks.frameworks", "get_frameworks.completed_frameworks"],
  ["get_tasks.tasks", "get_tasks.completed_tasks"],
  ["slaves[].used_resources_full", "slaves[].unreserved_resources_full"],
  ["slaves[].offered_resources_full", "slaves[].unreserved_resources_full"],
];

/** What was recorded of one file, by path or type of call. */
export function expectedAnswers(file: string): ReadonlyMap<string, Expected> {
  return new Map([...recordedAnswers(file)].map(([name, answer]) => [name, expected(answer)]));
}

function expected({ status, headers, body }: Answer): Expected {
  const shape = shapeOf(generalised(body));
  for (const [empty, like] of ALIKE) {
    const [to, from] = [shapeAt(shape, empty), shapeAt(shape, like)];
    if (to !== undefined && from !== undefined) merge(to, from);
  }
  return { status, headers, shape, text: typeof body === "string" ? body : undefined };
}

/** A body in which names that depend on the run read alike: those of frameworks in the keys of metrics. */
export function generalised(body: Written): Written {
  if (body === null || typeof body !== "object" || Array.isArray(body) || body instanceof WrittenNumber)
    return body;
  const members = Object.entries(body as WrittenObject).map(([name, member]) => [generalKey(name), member]);
  return Object.fromEntries(members) as WrittenObject;
}

function generalKey(name: string): string {
  return name
    .replace(/^master\/frameworks\/[^/]+\/[^/]+\//, "master/frameworks/NAME/ID/")
    .replace(/roles\/.+\/(suppressed|active)$/, "roles/ROLE/$1");
}
