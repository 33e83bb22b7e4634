import { later } from "../ui/later.ts";
import type { PersonProps } from "./person-dialog.ts";

export const LaterPerson = later<PersonProps>(
  async () => (await import("./person-dialog.ts")).PersonDialog,
  "details",
  "several",
);
