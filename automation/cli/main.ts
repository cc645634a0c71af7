#!/usr/bin/env node
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { packageRoot } from "../layout";
import { prepareSurroundings } from "../surroundings";
import { logFormats, type ViewOptions } from "../view/choose";
import { defaultOut } from "../matrix";
import { isPrecondition } from "../precondition";
import { ConfigError } from "../../config/problem";
import { bisectCommand, type BisectCommandOptions } from "./bisect";
import { connectCommand } from "./connect";
import { downCommand } from "./down";
import { checkedName } from "./name";
import { extendCommand } from "./extend";
import { gcCommand, type GcCommandOptions } from "./gc";
import { envCommand } from "./env";
import { Interruption } from "./interruption";
import { logsCommand } from "./logs";
import { addKnowledge } from "./known";
import { lsCommand } from "./ls";
import { mergeCommand } from "./merge";
import { backend, collect, concurrency, count, duration, positive, shard, ttl } from "./option-values";
import { previewCommand, type PreviewCommandOptions, previewFormats } from "./preview";
import { reportCommand, reportFormats, type ReportCommandOptions } from "./report";
import { runCommand, type RunCommandOptions } from "./run";
import { statusCommand, waitCommand } from "./status";
import { upCommand } from "./up";
import { speakAs, warn } from "./voice";

/** A command's work: its exit code. */
type Work = (interruption: Interruption) => Promise<number>;

async function main(args: readonly string[]): Promise<number> {
  let code = 0;
  const interruption = new Interruption();
  prepareSurroundings();
  // Commander hands over what it parsed; the exit code comes back through here.
  const act = async (work: Work): Promise<void> => {
    try {
      code = await work(interruption);
    } catch (error) {
      // What commander finds wrong it says itself; what a command finds wrong with its words is said here.
      if (error instanceof InvalidArgumentError) warn(`error: ${error.message}`);
      throw error;
    }
  };
  try {
    await program(act).parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    return report(error, interruption);
  } finally {
    interruption.close();
  }
}

function program(act: (work: Work) => Promise<void>): Command {
  const root = new Command("mesos-matrix")
    .description(
      "Apache Mesos clusters of any version in containers, and your tests against a matrix of versions",
    )
    .version(packageVersion(), "-V, --version")
    .option(
      "--backend <url>",
      "where Pulumi keeps stacks: any URL that `pulumi login` takes (default: a folder of ours)",
      backend,
    )
    .option("--quiet", "no progress on standard error")
    .option("--verbose", "every change on standard error, and what the tests print")
    .addOption(
      new Option("--log-format <format>", "of the progress on standard error")
        .choices(logFormats)
        .default("text"),
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError("(run with --help for all options)");
  root.hook("preAction", () => {
    const { backend: url, ...view } = root.opts<{ backend?: string } & ViewOptions>();
    speakAs(view);
    // Whatever starts Pulumi inherits it.
    if (url !== undefined) process.env.PULUMI_BACKEND_URL = url;
  });
  const refresh = new Option("--refresh-images", "ask registries again for images that were found before");
  const json = new Option("--json", "print the result as JSON");
  const retry = new Option(
    "--retry <n>",
    "try a cell that did not pass up to n times more; one that then passes is flaky",
  )
    .argParser(count)
    .default(0);
  const out = new Option("--out <dir>", "folder for reports and logs, one below it for each run").default(
    defaultOut,
  );
  root
    .command("run")
    .description(
      "run a matrix: a cluster per cell, the test against each, verdicts, everything removed afterwards",
    )
    .argument("<file>", "matrix file")
    .option(
      "--concurrency <n>",
      "cells at once, or auto: one for each processor; free memory limits both",
      concurrency,
      "auto" as const,
    )
    .option(
      "--only <cells>",
      "only cells like 'mesos=1.8.*'; 'a=1 b=2' wants both; may be given several times",
      collect,
    )
    .addOption(
      new Option("--rerun <which>", "only the cells that did not pass in the last run").choices(["failed"]),
    )
    .option(
      "--previous <dir>",
      "folder of the run that --rerun means (default: the newest of this matrix below --out)",
    )
    .option("--shard <i/n>", "only the i-th of n parts, for workers that share a matrix; see merge", shard)
    .option("--timings <file>", "report.json of an earlier run: the longest cells start first")
    .addOption(retry)
    .addOption(
      new Option(
        "--keep <when>",
        "leave clusters running for you to look at: mesos-matrix env, logs, down NAME",
      )
        .choices(["never", "on-failure", "always"])
        .default("never"),
    )
    .option("--fail-fast", "start no more cells once one did not pass")
    .addOption(refresh)
    .option("--strict", "a cell that a rule refuses, or a flaky one, makes the run fail")
    .option("--dry-run", "say which cells would run, in which order; nothing is started")
    .addOption(out)
    .addOption(json)
    .action((file: string, options: RunCommandOptions) =>
      act((i) => runCommand(file, { ...options, ...root.opts<ViewOptions>() }, i)),
    );
  root
    .command("bisect")
    .description("find the first version of Mesos whose verdict differs from that of an older one")
    .argument("<file>", "matrix file with an axis mesos")
    .requiredOption("--good <version>", "the older end")
    .requiredOption("--bad <version>", "the newer end")
    .option("--only <cells>", "which cell of the other axes, such as 'timings=fast'", collect)
    .addOption(retry)
    .option("--fresh", "use no verdicts of earlier runs below --out")
    .addOption(out)
    .addOption(json)
    .action((file: string, options: BisectCommandOptions) =>
      act((i) => bisectCommand(file, { ...options, ...root.opts<ViewOptions>() }, i)),
    );
  root
    .command("report")
    .description("print a run's report again, made from its report.json")
    .argument("<dir>", "folder of the run")
    .addOption(new Option("--format <format>", "what to print").choices(reportFormats).default("table"))
    .option("--limit <n>", "most characters of Markdown: details are left out and counted", positive)
    .addOption(json)
    .action((dir: string, options: ReportCommandOptions) =>
      act(() => Promise.resolve(reportCommand(dir, options))),
    );
  root
    .command("merge")
    .description("make one run's report of its shards; the exit code is the whole run's")
    .argument("<dir...>", "folders of the shards' runs")
    .requiredOption("--out <dir>", "new folder for the whole run")
    .addOption(json)
    .action((dirs: string[], options: { out: string; json?: boolean }) =>
      act(() => Promise.resolve(mergeCommand(dirs, options))),
    );
  addKnowledge(root, json, act);
  root
    .command("preview")
    .description("tell what a change of a config means for the cluster, or for a matrix; nothing is changed")
    .argument("[file]", "cluster file, matrix file or Pulumi.<stack>.yaml")
    .option("--stack <name>", "the stack of this folder's Pulumi project, in place of a file")
    .option(
      "--against <what>",
      "deployed, a revision of git, or a file (default: deployed; for a matrix HEAD)",
    )
    .addOption(new Option("--format <format>", "what to print").choices(previewFormats).default("text"))
    .option(
      "--detailed-exitcode",
      "end with 10 for changes, with 11 where one is dangerous and not confirmed",
    )
    .option("--yes", "count every danger as confirmed")
    .addOption(refresh)
    .addOption(json)
    .action((file: string | undefined, options: PreviewCommandOptions) =>
      act((i) => previewCommand(file, options, i)),
    );
  root
    .command("up")
    .description("bring one cluster up; with `-- CMD...` run CMD against it and remove it again")
    .argument("[words...]", "[FILE] [-- CMD...]; without FILE: one ZooKeeper server, master and agent")
    .option("--mesos <version>", "Mesos version: a release, a candidate such as 1.8.0-rc3")
    .option("--image <source>", "simulator, mesosphere, redjack or mesos")
    .addOption(refresh)
    .option("--name <name>", "name of the cluster and its stack")
    .option("--yes", "apply a change of a running cluster even where it is dangerous")
    .addOption(json)
    .action((words: string[], options: UpFlags) => act((i) => upCommand(split(words), options, i)));
  root
    .command("down")
    .description("remove a cluster and everything that belongs to it")
    .argument("<name>")
    .option("--forget-host <host...>", "a host that is gone for good: nothing is removed there")
    .addOption(json)
    .action((name: string, options: { json?: boolean; forgetHost?: string[] }) =>
      act((i) => downCommand(checkedName(name), options, i)),
    );
  root
    .command("connect")
    .description(
      "open tunnels to a cluster on other machines, and a proxy in it; with `-- CMD...` for CMD alone",
    )
    .argument("<name>")
    .argument("[words...]", "-- CMD...")
    .action((name: string, words: string[]) => act((i) => connectCommand(checkedName(name), words, i)));
  root
    .command("env")
    .description("print the environment with which a test finds the cluster")
    .argument("<name>")
    .addOption(json)
    .action((name: string, options: { json?: boolean }) => act(() => envCommand(checkedName(name), options)));
  root
    .command("logs")
    .description("print what a cluster's containers wrote")
    .argument("<name>")
    .argument("[node]", "for example master-1")
    .addOption(json)
    .action((name: string, node: string | undefined, options: { json?: boolean }) =>
      act(() => logsCommand(checkedName(name), node, options)),
    );
  root
    .command("status")
    .description("tell how every node of a cluster is now; ends with 4 where something is missing")
    .argument("<name>")
    .addOption(json)
    .action((name: string, options: { json?: boolean }) =>
      act(() => statusCommand(checkedName(name), options)),
    );
  root
    .command("wait")
    .description("wait until a cluster is ready again")
    .argument("<name>")
    .option("--timeout <time>", "such as 30s or 5m (default: the cluster's readyTimeout)", duration)
    .addOption(json)
    .action((name: string, options: { timeout?: number; json?: boolean }) =>
      act((i) => waitCommand(checkedName(name), options, i)),
    );
  root
    .command("extend")
    .description("let a cluster live longer, counted from now")
    .argument("<name>")
    .requiredOption("--ttl <time>", "such as 90m or 8h", ttl)
    .addOption(json)
    .action((name: string, options: { ttl: number; json?: boolean }) =>
      act(() => extendCommand(checkedName(name), options)),
    );
  root
    .command("gc")
    .description("remove clusters that are expired or whose runner is dead, and what they left; nothing else")
    .option("--dry-run", "only say what would be removed, and why the rest stays")
    .addOption(json)
    .action((options: GcCommandOptions) => act((i) => gcCommand(options, i)));
  root
    .command("ls")
    .description("list the clusters on this machine")
    .addOption(json)
    .action((options: { json?: boolean }) => act(() => lsCommand(options)));
  return root;
}

interface UpFlags {
  mesos?: string;
  image?: string;
  name?: string;
  refreshImages?: boolean;
  json?: boolean;
  yes?: boolean;
}

const args = (): string[] => process.argv.slice(2);

/** What stands before `--` is ours, what stands after it is the user's command, word by word. */
function split(words: readonly string[]): { file: string | undefined; command: readonly string[] } {
  const dashes = args().indexOf("--");
  const theirs = dashes < 0 ? 0 : args().length - dashes - 1;
  const ours = words.slice(0, words.length - theirs);
  if (ours.length > 1) {
    throw new InvalidArgumentError(
      `one FILE at most, but there are ${ours.join(" ")}; a command stands after --`,
    );
  }
  return { file: ours[0], command: words.slice(words.length - theirs) };
}

function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function report(error: unknown, interruption: Interruption): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (interruption.signal.aborted) return 130;
  const text = error instanceof Error ? error.message : String(error);
  const precondition = isPrecondition(error);
  const known = error instanceof ConfigError || precondition;
  const shown = known || !(error instanceof Error) ? text : (error.stack ?? text);
  warn(shown);
  if (error instanceof ConfigError) return 2;
  return precondition ? 3 : 1;
}

void main(args()).then((code) => {
  process.exitCode = code;
});
