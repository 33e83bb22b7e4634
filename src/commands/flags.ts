/** What every verb takes, and what `serve` takes besides. */
export const FLAGS = {
  data: { type: "string" },
  config: { type: "string" },
  host: { type: "string" },
  port: { type: "string" },
  "public-url": { type: "string" },
  json: { type: "boolean" },
  version: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
} as const;

export const HELP = `Elahe: a private messenger in one executable

  elahe serve      run the server
  elahe version    which build this is

  --data DIR         where everything is kept            ELAHE_DATA      data
  --config FILE      settings, in TOML                                   elahe.toml in the data folder
  --host ADDRESS     the address to listen on            HOST            127.0.0.1
  --port NUMBER                                          PORT            3000
  --public-url URL   what people open in their browser   APP_URL         http://localhost:3000
  --json             answers for scripts
  --version
  --help

Examples

  elahe serve --data /var/lib/elahe --public-url https://chat.example.org
  DATABASE_URL=postgres://elahe@localhost/elahe elahe serve
  elahe version --json
`;
