import { createServer } from "node:net";

/** Below those that systems lend to outgoing connections, which would take it between the look and the use. */
const LOWEST = 10_000;
const HIGHEST = 30_000;

/** Nobody listens there, and whoever looks at the same time looks elsewhere. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await isFree(port, "127.0.0.1")) && (await isFree(port, "::1"))) return port;
  }
}

/** A machine without this kind of address has nobody on it either. */
function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRNOTAVAIL"));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
