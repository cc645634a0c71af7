import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { installTreeImage } from "../../automation/images/install-tree";
import { docker } from "../../readiness/docker";
import { quietErrand, Scratch, uniqueName } from "../e2e/harness";

/** What `make install DESTDIR=...` of a small Mesos leaves: programs, a library of its own and one of this machine. */
class SmallTree extends Scratch {
  readonly folder = path.join(this.path, "tree");
  /** A library that stands for one of a package of this machine. */
  readonly borrowed = path.join(this.path, "borrowed");
  readonly marker = uniqueName("tree");

  constructor() {
    super();
    for (const folder of ["usr/local/sbin", "usr/local/lib", "usr/local/include"])
      mkdirSync(path.join(this.folder, folder), { recursive: true });
    mkdirSync(this.borrowed);
    const lib = path.join(this.folder, "usr/local/lib");
    this.library("libborrowed.so.1", this.borrowed, "int borrowed(void) { return 40; }");
    this.library("libown.so.1", lib, "int own(void) { return 2; }");
    symlinkSync("libown.so.1", path.join(lib, "libown.so"));
    const main = `#include <stdio.h>
int own(void); int borrowed(void);
int main(void) { printf("${this.marker} says %d\\n", own() + borrowed()); return 0; }`;
    const program = path.join(this.folder, "usr/local/sbin/mesos-master");
    this.compile(["-o", program, "-x", "c", this.file("main.c", main), "-x", "none"], lib, "own");
    symlinkSync("mesos-master", path.join(this.folder, "usr/local/sbin/mesos-agent"));
    chmodSync(this.file("tree/usr/local/include/mesos.h", "/* of no use to a process */\n"), 0o644);
  }

  /** The tree's image, with the borrowed library where the machine's linker looks for it. */
  async image(role: "master" | "agent" = "master"): ReturnType<typeof installTreeImage> {
    const source = { kind: "installTree", folder: this.folder, base: undefined } as const;
    const before = process.env.LD_LIBRARY_PATH;
    process.env.LD_LIBRARY_PATH = this.borrowed;
    try {
      return await installTreeImage(source, role, "1.11.0", quietErrand);
    } finally {
      if (before === undefined) Reflect.deleteProperty(process.env, "LD_LIBRARY_PATH");
      else process.env.LD_LIBRARY_PATH = before;
    }
  }

  private library(name: string, folder: string, text: string): void {
    const source = this.file(`${name}.c`, text);
    execFileSync("gcc", ["-shared", "-fPIC", `-Wl,-soname,${name}`, "-o", path.join(folder, name), source]);
  }

  private compile(words: readonly string[], lib: string, own: string): void {
    const borrowed = path.join(this.borrowed, "libborrowed.so.1");
    execFileSync("gcc", [...words, path.join(lib, `lib${own}.so`), borrowed]);
  }
}

describe("an image of a make install", function () {
  it("runs: it holds the tree's programs, its libraries and those of this machine, and no headers", async () => {
    using tree = new SmallTree();
    const image = await tree.image();
    try {
      assert.match(image.reference, /^mesos-matrix\/install-tree:[0-9a-f]{12}$/);
      assert.equal(image.source, "installTree");
      for (const program of ["mesos-master", "mesos-agent"])
        assert.equal(await docker(["run", "--rm", image.id, program]), `${tree.marker} says 42\n`);
      const files = await docker([
        "run",
        "--rm",
        image.id,
        "ls",
        "/usr/local",
        "/usr/local/lib/mesos-matrix",
      ]);
      assert.match(files, /libborrowed\.so\.1/);
      assert.doesNotMatch(files, /libc\.so/);
      assert.doesNotMatch(await docker(["run", "--rm", image.id, "find", "/usr/local/include"]), /mesos\.h/);
      // The same tree is the same image; another build of it another.
      assert.equal((await tree.image("agent")).id, image.id);
    } finally {
      await docker(["rmi", "--force", image.id]);
    }
  });

  it("is refused with every library that is missing and who needs it, before Docker is asked", async () => {
    using tree = new SmallTree();
    rmSync(path.join(tree.folder, "usr/local/lib/libown.so.1"));
    rmSync(path.join(tree.borrowed, "libborrowed.so.1"));
    const called = path.join(tree.path, "called");
    chmodSync(tree.file("docker", `#!/bin/sh\ntouch ${called}\nexit 1\n`), 0o755);
    const before = process.env.PATH;
    process.env.PATH = `${tree.path}:${before ?? ""}`;
    try {
      await assert.rejects(tree.image(), (error: Error) => {
        assert.match(
          error.message,
          /libborrowed\.so\.1 \(usr\/local\/sbin\/mesos-agent, usr\/local\/sbin\/mesos-master\)/,
        );
        assert.match(error.message, /libown\.so\.1 \(/);
        assert.match(error.message, /install the packages that hold them/);
        return true;
      });
      await assert.rejects(docker(["version"]), "the stand-in for docker is asked");
      rmSync(called);
      await assert.rejects(tree.image());
      assert.throws(() => execFileSync("ls", [called], { stdio: "ignore" }));
    } finally {
      process.env.PATH = before;
    }
  });

  it("is refused where the folder is none, or holds no Mesos", async () => {
    using tree = new SmallTree();
    rmSync(path.join(tree.folder, "usr/local/sbin/mesos-master"));
    await assert.rejects(tree.image(), /holds no mesos-master in a folder sbin or bin.*make install DESTDIR/);
    rmSync(tree.folder, { recursive: true });
    await assert.rejects(tree.image(), /there is no folder .*tree; make install DESTDIR=/);
  });
});
