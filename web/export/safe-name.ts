const LONGEST = 80;
/** What some system of files does not take in a name, and what turns or hides how it is read. */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Windows gives these to devices. */
const TAKEN = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A name for a file or folder that every system takes, and that stays where it is put. */
export function safeName(name: string, otherwise: string): string {
  const kept = name
    .normalize("NFC")
    .replace(UNSAFE, " ")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const [stem = "", ending = ""] = split(kept);
  const short = `${[...stem].slice(0, LONGEST).join("")}${ending}`;
  return short === "" || TAKEN.test(short) ? `${otherwise}${ending}` : short;
}

function split(name: string): string[] {
  const ending = name.match(/\.[A-Za-z0-9]{1,10}$/)?.[0] ?? "";
  return [name.slice(0, name.length - ending.length), ending];
}

/** Names within one folder: the second of the same gets a number. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    const [stem = "", ending = ""] = split(name);
    let free = name;
    for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${stem} ${count}${ending}`;
    taken.add(free.toLowerCase());
    return free;
  };
}
