import { BUILD } from "../open-app.ts";

declare const ELAHE_VERSION: string | undefined;

export function version(asJson: boolean): string {
  const said = {
    version: typeof ELAHE_VERSION === "string" ? ELAHE_VERSION : "0.0.0",
    build: BUILD,
    bun: Bun.version,
    platform: `${process.platform}-${process.arch}`,
  };
  return asJson ? JSON.stringify(said) : `elahe ${said.version} (${said.build})`;
}
