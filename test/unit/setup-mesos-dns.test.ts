import assert from "node:assert/strict";
import { macUser, Machine } from "./setup-machine";

describe("the set-up's Mesos-DNS", () => {
  it("is built for the engine's Linux, also on a Mac", async () => {
    using machine = new Machine();
    machine.program(
      "go",
      '[ "$1" = version ] && exit\nwhile [ "$1" != -o ]; do shift; done; echo "$GOOS" > "$2"',
    );
    const code = `
      const { binaries } = require("./toolchain/binaries");
      require("./toolchain/go-build").buildGoBinary(binaries.mesosDns)
        .then((file) => console.log(require("node:fs").readFileSync(file, "utf8")));`;
    const { stdout } = await machine.script(macUser, code);
    assert.equal(stdout.trim(), "linux");
    assert.match(machine.calls().at(-1) ?? "", /^go build .* github\.com\/mesosphere\/mesos-dns$/);
  });
});
