import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { load, Machine } from "./setup-machine";

interface Source {
  readonly archive: string;
  readonly checksums: string;
}

const { download, pulumiDownload, pluginDownload } = load("toolchain/download.js") as {
  download: (
    source: Source,
    target: string,
    options?: { connectSeconds?: number; idleSeconds?: number; strip?: number },
  ) => Promise<string | undefined>;
  pulumiDownload: (version: string) => Source;
  pluginDownload: (name: string, version: string) => Source;
};

const name = "pulumi-v1-linux-x64.tar.gz";
const hash = (algorithm: string, body: Buffer): string => createHash(algorithm).update(body).digest("hex");

describe("a download of the set-up", () => {
  let machine: Machine;
  let archive: Buffer;
  let servers: Server[];

  beforeEach(() => {
    machine = new Machine();
    servers = [];
    machine.write("content/pulumi/pulumi", "new", 0o755);
    const file = path.join(machine.folder, "archive.tar.gz");
    execFileSync("tar", ["-czf", file, "-C", path.join(machine.folder, "content"), "pulumi"]);
    archive = readFileSync(file);
  });

  afterEach(() => {
    machine[Symbol.dispose]();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server of these files; the archive's answer can be anything. */
  async function serve(checksums: string, answer?: RequestListener): Promise<Source> {
    const server = createServer((request, response) => {
      if (request.url === "/sums") response.end(checksums);
      else if (answer) answer(request, response);
      else response.end(archive);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    return { archive: `${at}/${name}`, checksums: `${at}/sums` };
  }

  const target = (): string => path.join(machine.folder, "made", "bin");
  const made = (): string[] =>
    existsSync(path.dirname(target())) ? readdirSync(path.dirname(target())) : [];

  it("unpacks an archive that is listed by SHA-256, in place of what was there", async () => {
    machine.write("made/bin/old", "old");
    const source = await serve(`${"0".repeat(64)}  other.tar.gz\n${hash("sha256", archive)}  ${name}\n`);
    assert.equal(await download(source, target(), { strip: 1 }), undefined);
    assert.deepEqual(readdirSync(target()), ["pulumi"]);
    assert.equal(readFileSync(path.join(target(), "pulumi"), "utf8"), "new");
    assert.deepEqual(made(), ["bin"], "nothing else is left");
  });

  it("takes the docker plugin's form of list, too: SHA-1 and ./name", async () => {
    const source = await serve(`${hash("sha1", archive)}  ./${name}\n`);
    assert.equal(await download(source, target(), { strip: 1 }), undefined);
    assert.deepEqual(readdirSync(target()), ["pulumi"]);
  });

  it("refuses an archive with another checksum and leaves what was there alone", async () => {
    machine.write("made/bin/old", "old");
    const listed = "a".repeat(64);
    const source = await serve(`${listed}  ${name}\n`);
    await assert.rejects(download(source, target()), (error: Error) => {
      assert.match(
        error.message,
        new RegExp(`${name}.*${hash("sha256", archive)}.*${listed}: it is not used`),
      );
      return true;
    });
    assert.deepEqual(readdirSync(target()), ["old"]);
  });

  it("does not use an archive that the list does not name, nor asks for it", async () => {
    let asked = false;
    const source = await serve(`${hash("sha256", archive)}  not-${name}\n`, (_request, response) => {
      asked = true;
      response.end(archive);
    });
    assert.match(
      (await download(source, target())) ?? "",
      /sums has no checksum of pulumi-v1-linux-x64\.tar\.gz/,
    );
    assert.equal(asked, false);
    assert.deepEqual(made(), []);
  });

  it("says which server cannot be reached when it refuses the connection", async () => {
    const source = await serve("");
    servers[0]!.close();
    assert.match(
      (await download(source, target())) ?? "",
      /^127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/,
    );
  });

  it("says so when the server has no such file", async () => {
    const source = await serve(`${hash("sha256", archive)}  ${name}\n`, (_request, response) =>
      response.writeHead(404).end(),
    );
    assert.match((await download(source, target())) ?? "", /answers 404 for .*tar\.gz$/);
  });

  it("gives up a server that takes the connection and never answers", async () => {
    const source = await serve(`${hash("sha256", archive)}  ${name}\n`, () => undefined);
    assert.match(
      (await download(source, target(), { connectSeconds: 0.2 })) ?? "",
      /no answer within 0\.2 s/,
    );
    assert.deepEqual(made(), []);
  });

  it("gives up a server that stops in the middle", async () => {
    const source = await serve(`${hash("sha256", archive)}  ${name}\n`, (_request, response) => {
      response.write(archive.subarray(0, 20));
    });
    assert.match((await download(source, target(), { idleSeconds: 0.2 })) ?? "", /no answer within 0\.2 s/);
    assert.deepEqual(made(), []);
  });

  it("leaves nothing behind when the archive cannot be unpacked", async () => {
    archive = Buffer.from("no archive at all");
    const source = await serve(`${hash("sha256", archive)}  ${name}\n`);
    await assert.rejects(download(source, target()), /tar .* failed/);
    assert.deepEqual(made(), []);
  });

  it("asks the official servers, and nothing without TLS", () => {
    for (const source of [pulumiDownload("3.1.0"), pluginDownload("docker", "5.2.0")]) {
      assert.match(source.archive, /^https:\/\/get\.pulumi\.com\/releases\/.*\.tar\.gz$/);
      assert.match(source.checksums, /^https:\/\/github\.com\/pulumi\/.*checksums\.txt$/);
    }
  });
});
