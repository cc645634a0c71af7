import { z } from "zod";

/**
 * What the bridge reads of Marathon's answers. Everything else in them is left alone, and only what is missing in no
 * release is required. Source: mesosphere/marathon docs/docs/rest-api (0.8 to 1.10).
 */

const port = z.int().min(0).max(65_535);

/** Ports of an app stand in one of four places, depending on the release and on the app's network. */
const mapping = z.object({ servicePort: port.optional(), containerPort: port.nullish() });

const appSchema = z.object({
  id: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  ports: z.array(port).nullish(),
  portDefinitions: z.array(z.object({ port: port.optional() })).nullish(),
  healthChecks: z.array(z.unknown()).nullish(),
  container: z
    .object({
      portMappings: z.array(mapping).nullish(),
      docker: z.object({ portMappings: z.array(mapping).nullish() }).nullish(),
    })
    .nullish(),
});

const taskSchema = z.object({
  id: z.string(),
  appId: z.string(),
  host: z.string(),
  ports: z.array(port).nullish(),
  /** Not said by releases before 0.13. */
  state: z.string().optional(),
  ipAddresses: z.array(z.object({ ipAddress: z.string() })).nullish(),
  healthCheckResults: z.array(z.object({ alive: z.boolean() }).nullable()).nullish(),
});

export type MarathonApp = z.infer<typeof appSchema>;
export type MarathonTask = z.infer<typeof taskSchema>;

/** Something in an answer that cannot be used, and whose it is. */
export interface Unreadable {
  readonly id: string;
  readonly why: string;
}

/** What Marathon says at one moment. */
export interface MarathonState {
  readonly apps: readonly MarathonApp[];
  readonly tasks: readonly MarathonTask[];
  readonly unreadable: readonly Unreadable[];
}

/**
 * Reads the answers of `/v2/apps` and `/v2/tasks`; one that is unlike Marathon's concerns its own app alone.
 * @throws Error where an answer is none of Marathon's at all
 */
export function readState(apps: unknown, tasks: unknown): MarathonState {
  const readApps = readList(apps, "apps", appSchema);
  const readTasks = readList(tasks, "tasks", taskSchema);
  return {
    apps: readApps.good,
    tasks: readTasks.good,
    unreadable: [...readApps.bad, ...readTasks.bad],
  };
}

function readList<T>(
  body: unknown,
  key: string,
  schema: z.ZodType<T>,
): { readonly good: T[]; readonly bad: Unreadable[] } {
  const list = z.object({ [key]: z.array(z.unknown()) }).safeParse(body).data?.[key];
  if (list === undefined) throw new Error(`the answer of /v2/${key} has no list of ${key}`);
  const good: T[] = [];
  const bad: Unreadable[] = [];
  for (const item of list) {
    const read = schema.safeParse(item);
    if (read.success) good.push(read.data);
    else bad.push({ id: idOf(item), why: z.prettifyError(read.error).replaceAll(/\s+/g, " ") });
  }
  return { good, bad };
}

function idOf(item: unknown): string {
  return z.object({ id: z.string() }).safeParse(item).data?.id ?? "(without an id)";
}
