import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "../fatal";
import type { AgentInfo } from "../protocol";
import { changes } from "./compatibility";

/** `<work_dir>/meta/slaves`, where an agent keeps its id between lives. Source: src/slave/paths.cpp. */
export class AgentCheckpoint {
  private readonly folder: string;

  constructor(workDir: string) {
    this.folder = join(workDir, "meta", "slaves");
  }

  /**
   * The id from the last life, or undefined in the first. Throws {@link FatalError} where the agent's configuration changed
   * in a way that the policy does not allow.
   */
  recover(info: AgentInfo, policy: "equal" | "additive"): string | undefined {
    const file = join(this.latest(), "slave.info");
    if (!existsSync(file)) return undefined;
    const old = JSON.parse(readFileSync(file, "utf8")) as { id: string; info: AgentInfo };
    const changed = changes(old.info, info, policy);
    if (changed.length === 0) return old.id;
    throw new FatalError(
      [
        "Failed to perform recovery: Incompatible agent info detected.",
        "------------------------------------------------------------",
        ...changed,
        "------------------------------------------------------------",
        "To restart this agent with a new agent id instead, do as follows:",
        `rm -f ${this.latest()}`,
        "This ensures that the agent does not recover old live executors.",
        "Then restart the agent.",
      ].join("\n"),
    );
  }

  /** Keeps the id for the next life. */
  remember(id: string, info: AgentInfo): void {
    const folder = join(this.folder, id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "slave.info"), `${JSON.stringify({ id, info })}\n`);
    this.forget();
    symlinkSync(id, this.latest());
  }

  /** The next life is that of a new agent. */
  forget(): void {
    rmSync(this.latest(), { force: true });
  }

  private latest(): string {
    return join(this.folder, "latest");
  }
}
