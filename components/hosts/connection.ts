import type * as pulumi from "@pulumi/pulumi";
import type { SshLogin } from "../../config/spec";
import type { RemoteShell } from "./ssh-host";

/** How Pulumi reaches one host's Docker engine. */
export interface HostConnection {
  /** Address of the engine; undefined: the provider's own default. */
  readonly engine: pulumi.Input<string> | undefined;
  /** Words for every ssh that the provider starts. */
  readonly sshOptions?: pulumi.Input<string[]>;
  /** How ssh gets in, where that is known only when the host is made; undefined: as the plan says. */
  readonly login?: pulumi.Input<SshLogin>;
  /** How scripts get in; undefined: none are run there. */
  readonly shell?: RemoteShell;
  /** What must be there before anything is made on the host. */
  readonly dependsOn?: readonly pulumi.Resource[];
  /** The machine, where it goes away with all that is on it: nothing of it is then removed one by one. */
  readonly deletedWith?: pulumi.Resource;
}
