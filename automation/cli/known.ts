import { Argument, type Command, Option } from "commander";
import { checkCommand } from "./check";
import { doctorCommand } from "./doctor";
import { explainCommand } from "./explain";
import { initCommand, type InitCommandOptions } from "./init";
import { planCommand } from "./plan";
import { schemaCommand, schemaNames, type SchemaName } from "./schema";
import { versionsCommand, type VersionsCommandOptions } from "./versions";

interface Json {
  readonly json?: boolean;
}

/** Adds the commands that start nothing: they tell what is known, and what a file means. */
export function addKnowledge(
  root: Command,
  json: Option,
  act: (work: () => Promise<number>) => Promise<void>,
): void {
  const now = (work: () => number): Promise<void> => act(() => Promise.resolve(work()));
  root
    .command("check")
    .description("tell every problem of a file, or what it means; nothing is started")
    .argument("<file>", "matrix file, cluster file or Pulumi.<stack>.yaml")
    .addOption(json)
    .action((file: string, options: Json) => now(() => checkCommand(file, options)));
  root
    .command("plan")
    .description(
      "tell what would be made of a file, container by container; neither Docker nor a registry is asked",
    )
    .argument("<file>", "matrix file, cluster file or Pulumi.<stack>.yaml")
    .addOption(json)
    .action((file: string, options: Json) => now(() => planCommand(file, options)));
  root
    .command("init")
    .description("write a file to start from, with every default and a comment to each key")
    .argument("[file]", "new file (default: cluster.yaml or matrix.yaml)")
    .addOption(
      new Option("--kind <kind>", "what it describes").choices(["cluster", "matrix"]).default("cluster"),
    )
    .addOption(json)
    .action((file: string | undefined, options: InitCommandOptions) => now(() => initCommand(file, options)));
  root
    .command("doctor")
    .description(
      "tell what this machine lacks, why that matters, and how to mend it; 3 if nothing could start",
    )
    .addOption(json)
    .action((options: Json) => act(() => doctorCommand(options)));
  root
    .command("explain")
    .description(
      "tell what a flag, rule, version, image or endpoint is, since when, until when, and who says so",
    )
    // Flags may be written as on Mesos' command line.
    .allowUnknownOption()
    .argument("<word>", "such as zk_session_timeout, agent-ignored, 1.8.0-rc3, mesosphere, /state")
    .addOption(json)
    .action((word: string, options: Json) => now(() => explainCommand(word, options)));
  root
    .command("versions")
    .description("list the Mesos releases that are known")
    .option("--since <version>", "from this one on")
    .option("--rc", "release candidates too")
    .addOption(
      new Option("--vendor <name>", "only those with a known image").choices([
        "mesosphere",
        "redjack",
        "mesos",
      ]),
    )
    .addOption(json)
    .action((options: VersionsCommandOptions) => now(() => versionsCommand(options)));
  root
    .command("schema")
    .description("print the JSON Schema of a file of ours")
    .addArgument(new Argument("<name>").choices(schemaNames))
    .action((name: SchemaName) => now(() => schemaCommand(name)));
}
