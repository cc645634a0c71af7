/** Address of a libprocess process: `scheduler(1)@10.0.0.7:40123`. */
export interface Pid {
  readonly id: string;
  /** Dotted address, or a name. */
  readonly host: string;
  readonly port: number;
}

/** Reads a pid; undefined where the text is none. Source: operator>> of 3rdparty/libprocess/src/pid.cpp. */
export function parsePid(text: string): Pid | undefined {
  const [, id, host, digits] = /^([^@/\s]{1,255})@([A-Za-z0-9._-]{1,255}):(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (id === undefined || host === undefined || port < 1 || port > 65_535) return undefined;
  return { id, host, port };
}

/** Whether a connection of a framework is the pid of a driver; the others are ids of event streams, which hold no `@`. */
export function isPid(connection: string): boolean {
  return connection.includes("@");
}
