import { renderUnicodeCompact } from "uqr";
import { setupLink } from "../accounts/setup-link.ts";
import type { Config } from "../config/config.ts";
import { serveHttp } from "../http/server.ts";
import { openWebAssets } from "../http/web-assets.ts";
import { startJobs } from "../jobs/schedule.ts";
import { openApp } from "../open-app.ts";

/** Runs the server until it is told to stop. */
export async function serve(config: Config): Promise<void> {
  const stopped = untilStopped();
  // What is kept is nobody's but this server's user's.
  process.umask(0o077);
  // Whoever read the log has gone; the people on the server have not.
  process.stdout.on("error", () => undefined);
  const app = await openApp(config);
  const server = serveHttp(app, openWebAssets());
  const stopJobs = startJobs(app);
  app.log.info("serving", {
    address: `http://${config.host}:${server.port}`,
    dialect: app.db.dialect,
    build: app.build,
  });
  await printSetupLink(await setupLink(app));

  const signal = await stopped;
  app.log.info("stopping", { signal });
  stopJobs();
  await server.stop();
  await app.close();
  app.log.info("stopped", {});
}

async function printSetupLink(link: string | undefined) {
  if (link === undefined) return;
  if (process.stdout.isTTY) console.log(`\n${renderUnicodeCompact(link)}`);
  console.log(
    `\nNobody administers this server yet. Open this link once to become its first administrator:\n\n    ${link}\n`,
  );
}

function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
  });
}
