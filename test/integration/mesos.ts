import { setTimeout as pause } from "node:timers/promises";
import { docker } from "../../readiness/docker";

/** What tests read of a master's state. */
export interface MasterState {
  readonly version: string;
  readonly pid: string;
  readonly slaves: readonly { readonly id: string; readonly hostname: string; readonly active: boolean }[];
}

/** `host:port` of a container at its own network, asked of the engine. */
export async function addressOf(container: string, port: number): Promise<string> {
  const ip = await docker([
    "inspect",
    "--format",
    "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    container,
  ]);
  return `${ip.trim()}:${port}`;
}

/** The state of the master that leads among these; undefined while none does. */
export async function leadingState(
  masters: readonly string[],
): Promise<(MasterState & { address: string }) | undefined> {
  for (const address of masters) {
    const metrics = await getJson(`http://${address}/metrics/snapshot`);
    if ((metrics as Record<string, number> | undefined)?.["master/elected"] !== 1) continue;
    const state = ((await getJson(`http://${address}/state`)) ??
      (await getJson(`http://${address}/state.json`))) as MasterState | undefined;
    if (state !== undefined) return { ...state, address };
  }
  return undefined;
}

/** Looks until there is an answer, for at most `seconds`. */
export async function eventually<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${seconds} s`);
    await pause(200);
  }
}

async function getJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(3000) });
    return response.status === 200 ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
