import { dirname, join } from "node:path";
import { attachesLatest, attachesVirtualLatest } from "../../mesos/wire";
import { attached, type Attachments } from "../files/attachments";
import type { AgentState } from "./model";
import { sandboxPath } from "./sandbox";

/** What the files API of an agent shows: the sandboxes of its executors, under their names, and its log. Source: src/slave/slave.cpp. */
export function agentAttachments(
  state: AgentState,
  workDir: string,
  logFile: string | undefined,
): Attachments {
  const { tag } = state.config;
  const ended = state.completed.map((run) => run.executor);
  // The newest run of an executor's name is the last, and so the one that `latest` means.
  const executors = [...new Set([...ended, ...state.executors.values()])];
  return attached([
    ...(logFile === undefined ? [] : [["/slave/log", logFile] as const]),
    ...executors.flatMap((executor): (readonly [string, string])[] => {
      const sandbox = sandboxPath(workDir, state.agentId ?? "", executor);
      const virtual = join("/frameworks", executor.frameworkId, "executors", executor.id, "runs", "latest");
      return [
        [sandbox, sandbox],
        ...(attachesLatest(tag) ? [[join(dirname(sandbox), "latest"), sandbox] as const] : []),
        ...(attachesVirtualLatest(tag) ? [[virtual, sandbox] as const] : []),
      ];
    }),
  ]);
}
