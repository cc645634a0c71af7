import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { HostConnection } from "../../components/hosts/connection";
import type { GcpHosts, MadeHost } from "../../components/hosts/gcp-hosts";
import type { SshLogin } from "../../config/spec";
import { stateDir } from "../layout";
import { sshConnection } from "../remote/connections";
import { recordMadeHost } from "../remote/host-record";
import { usableLogin } from "../remote/logins";

/** How Pulumi reaches machines that the same stack makes: what is on them waits for them, and goes with them. */
export function gcpConnections(cluster: string, made: GcpHosts): Record<string, HostConnection> {
  return Object.fromEntries(
    made.hosts.map((host): [string, HostConnection] => {
      const login = loginOf(cluster, host, made.privateKey);
      const provider = login.apply((known) => {
        const { engine = "", sshOptions = [] } = sshConnection(known, cluster);
        return pulumi.all([engine, pulumi.output(sshOptions)]);
      });
      return [
        host.name,
        {
          engine: provider.apply(([engine]) => engine),
          sshOptions: provider.apply(([, words]) => words),
          login,
          shell: {
            host: host.address,
            port: host.port,
            user: host.user,
            privateKey: made.privateKey,
            hostKey: host.hostKey,
          },
          dependsOn: [host.prepared],
          deletedWith: host.machine,
        },
      ];
    }),
  );
}

/** ssh wants the key in a file, which nobody else may read; the login names the file only. */
function loginOf(
  cluster: string,
  { name, address, port, user, hostKey, privateAddress }: MadeHost,
  privateKey: pulumi.Output<string>,
): pulumi.Output<SshLogin> {
  const identity = pulumi.unsecret(privateKey.apply((text) => keyFile(cluster, text)));
  return pulumi.all([address, hostKey, identity]).apply(([at, pinned, file]) => {
    const login = usableLogin({
      name,
      login: { address: at, port, user, identity: file, hostKey: pinned, knownHosts: undefined },
      privateAddress,
      roles: [],
    });
    // The plan was written before the machine was there; logs, connect and ls look here.
    recordMadeHost(cluster, { kind: "ssh", key: name, ip: privateAddress, login });
    return login;
  });
}

function keyFile(cluster: string, text: string): string {
  const folder = path.join(stateDir(), "keys");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, cluster);
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
