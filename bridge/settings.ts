import { z } from "zod";

/** What the bridge is told, as JSON in a file. Unknown keys are a mistake of who wrote it. */
const schema = z.strictObject({
  /** `http://host:port` of every Marathon of the cluster. */
  marathons: z.array(z.url({ protocol: /^https?$/ })).min(1),
  /** Values of HAPROXY_GROUP that are served; `*` is every app. */
  groups: z.array(z.string()).min(1),
  /** `events`: Marathon's event stream, and a full look now and then; `poll`: the full look alone. */
  mode: z.enum(["events", "poll"]),
  /** Seconds between two full looks. */
  resyncSeconds: z.number().positive(),
  httpPort: z.int(),
  statsPort: z.int(),
  pagePort: z.int(),
});

export type BridgeSettings = z.infer<typeof schema>;

/** Reads the settings. @throws Error that says what is wrong with them */
export function readSettings(json: string): BridgeSettings {
  const read = schema.safeParse(JSON.parse(json));
  if (read.success) return read.data;
  throw new Error(z.prettifyError(read.error));
}
