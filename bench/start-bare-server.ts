/** The ceiling: `bare-server.ts` in a process of its own. */
export async function startBareServer() {
  const server = Bun.spawn([process.execPath, `${import.meta.dir}/bare-server.ts`], { stdout: "pipe" });
  const port = Number(new TextDecoder().decode((await server.stdout.getReader().read()).value));
  return {
    url: `ws://127.0.0.1:${port}/`,
    async stop() {
      server.kill();
      await server.exited;
    },
  };
}
