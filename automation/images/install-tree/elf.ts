import { open } from "node:fs/promises";

/** Values of e_machine, by the engine's name for it. Source: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const machines: Readonly<Record<number, string>> = {
  3: "386",
  20: "ppc",
  21: "ppc64le",
  22: "s390x",
  40: "arm",
  62: "amd64",
  183: "arm64",
  243: "riscv64",
};

/** For which processor a program or library was built, as Docker names it; undefined where the file is neither. */
export async function machineOf(file: string): Promise<string | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(20), 0, 20, 0);
    if (bytesRead < 20 || buffer.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
    // Object files (ET_REL) and core dumps are no part of what runs.
    const little = buffer[5] === 1;
    const type = little ? buffer.readUInt16LE(16) : buffer.readUInt16BE(16);
    if (type !== 2 && type !== 3) return undefined;
    const machine = little ? buffer.readUInt16LE(18) : buffer.readUInt16BE(18);
    return machines[machine] ?? `machine ${machine}`;
  } finally {
    await handle.close();
  }
}
