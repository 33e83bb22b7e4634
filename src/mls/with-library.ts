export { checkCommit } from "./check-commit.ts";
export { checkFounding } from "./check-founding.ts";
export { encodeExternalSender, proposeRemoval } from "./external-sender.ts";
export { demandCommitOn } from "./read-commit.ts";
export { readKnownGroup } from "./read-group-info.ts";
export { readKeyPackage } from "./read-key-package.ts";
