import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { declareCluster, preparePlan } from "./automation/deploy";
import { plannedExpiry } from "./automation/housekeeping/planned-expiry";
import { imagesInState, refreshVariable } from "./automation/images/kept";
import { isPrecondition } from "./automation/precondition";
import { loadStackConfig } from "./config/load";
import { noteLine, reviewCluster } from "./config/oracle/review";
import { ConfigError } from "./config/problem";

/** The Pulumi program: the stack's config becomes a plan, the plan a cluster, the cluster the stack's outputs. */
export = async (): Promise<object> => {
  const config = new pulumi.Config("mesos-matrix");
  const stack = pulumi.getStack();
  try {
    const spec = loadStackConfig({
      file: path.join(process.cwd(), `Pulumi.${stack}.yaml`),
      projectKey: "mesos-matrix:cluster",
      decrypted: config.getObject("cluster"),
      name: stack,
    });
    for (const note of reviewCluster(spec).warnings) void pulumi.log.warn(noteLine(note));
    const ownership = {
      run: config.get("run") ?? `stack-${stack}`,
      cell: stack,
      expires: config.get("expires") ?? (await plannedExpiry(spec)),
    };
    const inputs = await preparePlan(spec, ownership, {
      say: (line) => void pulumi.log.info(line),
      signal: undefined,
      kept: await imagesInState(),
      refresh: (process.env[refreshVariable] ?? "") !== "",
    });
    return await declareCluster(spec, inputs);
  } catch (error) {
    // These speak to the user; a stack trace would only hide what they say.
    if (error instanceof ConfigError || isPrecondition(error)) throw new pulumi.RunError(error.message);
    throw error;
  }
};
