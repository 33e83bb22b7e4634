import { join } from "node:path";

const LIST = join(import.meta.dir, "../../packaging/debian-packages.txt");

/** Installs what the tests need from Debian, as root; otherwise says what to install. */
export async function installPackages() {
  const wanted = (await Bun.file(LIST).text()).split("\n").filter((line) => line !== "");
  const missing = wanted.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    console.log(`Some tests need Debian packages that are missing: apt-get install ${missing.join(" ")}`);
    return;
  }
  console.log(`Installing ${missing.join(" ")}`);
  aptGet("update");
  aptGet("install", "-y", "--no-install-recommends", ...missing);
}

function isInstalled(name: string): boolean {
  const query = Bun.spawnSync(["dpkg", "--status", name], { stderr: "ignore" });
  return query.stdout.toString().includes("\nStatus: install ok installed\n");
}

function aptGet(...words: string[]) {
  const { exitCode, stderr } = Bun.spawnSync(["apt-get", "-q", ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdout: "ignore",
    stderr: "pipe",
  });
  if (exitCode !== 0) throw new Error(`apt-get ${words[0]} failed: ${stderr.toString()}`);
}
