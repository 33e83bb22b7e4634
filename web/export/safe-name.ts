const LONGEST = 80;
/** What some system of files does not take in a name, and what turns or hides how it is read. */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Windows gives these to devices. */
const TAKEN = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Opened from a folder these run, or lead away, whatever their sender said they are. */
const ACTIVE =
  /(\.(x?html?|shtml?|xht|mht(ml)?|svgz?|xml|xslt?|m?js|hta|url|lnk|scf|webloc|desktop|library-ms|search-ms|settingcontent-ms)|^desktop\.ini|^autorun\.inf)$/i;

/** A name for a file or folder that every system takes, and that stays where it is put. */
export function safeName(name: string, otherwise: string): string {
  const kept = name
    .toWellFormed()
    .normalize("NFC")
    .replace(UNSAFE, " ")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const [stem = "", ending = ""] = split(kept);
  const short = `${[...stem].slice(0, LONGEST).join("")}${ending}`;
  const named = short === "" || TAKEN.test(short) ? `${otherwise}${ending}` : short;
  return ACTIVE.test(named) ? `${named}.txt` : named;
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
