/**
 * What needs the MLS library, loaded with the first device or change of a group: megabytes that a server which
 * only passes messages on does without.
 */
export const loadMls = () => import("./with-library.ts");
