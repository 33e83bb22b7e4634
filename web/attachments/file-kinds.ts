/** What the first bytes of a file say it is. */
export type Lead =
  | "png"
  | "jpeg"
  | "gif"
  | "webp"
  | "avif"
  | "heic"
  | "bmp"
  | "icon"
  | "tiff"
  | "jxl"
  | "raw"
  | "svg"
  | "mp4"
  | "matroska"
  | "ogg"
  | "mp3"
  | "aac"
  | "wave"
  | "flac"
  | "pdf"
  | "zip"
  | "old_office"
  | "gzip"
  | "7z"
  | "rar"
  | "html"
  | "program";

export interface FileKind {
  /** Null where no first bytes are prescribed: then they must be none of another kind. */
  readonly leads: Lead | null;
  /** The usual one first. */
  readonly types: readonly string[];
  readonly endings: readonly string[];
  /** Also has endings that stand nowhere here. */
  readonly anyEnding?: true;
}

/** What a kind of file is called, and how it begins. */
export const FILE_KINDS: readonly FileKind[] = [
  { leads: "png", types: ["image/png", "image/apng"], endings: ["png", "apng"] },
  { leads: "jpeg", types: ["image/jpeg"], endings: ["jpg", "jpeg", "jfif", "jpe"] },
  { leads: "gif", types: ["image/gif"], endings: ["gif"] },
  { leads: "webp", types: ["image/webp"], endings: ["webp"] },
  { leads: "avif", types: ["image/avif"], endings: ["avif"] },
  { leads: "heic", types: ["image/heic", "image/heif"], endings: ["heic", "heif", "hif"] },
  { leads: "bmp", types: ["image/bmp", "image/x-ms-bmp"], endings: ["bmp", "dib"] },
  { leads: "icon", types: ["image/x-icon", "image/vnd.microsoft.icon"], endings: ["ico"] },
  { leads: "tiff", types: ["image/tiff"], endings: ["tif", "tiff"] },
  {
    leads: "tiff",
    types: ["image/x-adobe-dng", "image/dng", "image/x-canon-cr2", "image/x-nikon-nef", "image/x-sony-arw"],
    endings: ["dng", "cr2", "nef", "arw"],
  },
  { leads: "jxl", types: ["image/jxl"], endings: ["jxl"] },
  {
    leads: "raw",
    types: ["image/x-canon-cr3", "image/x-fuji-raf", "image/x-olympus-orf", "image/x-panasonic-rw2"],
    endings: ["cr3", "raf", "orf", "rw2"],
  },
  { leads: "svg", types: ["image/svg+xml"], endings: ["svg"] },
  { leads: "mp4", types: ["video/mp4", "audio/mp4"], endings: ["mp4"] },
  { leads: "mp4", types: ["video/mp4", "video/x-m4v"], endings: ["m4v"] },
  { leads: "mp4", types: ["audio/mp4", "audio/x-m4a", "audio/m4a"], endings: ["m4a", "m4b"] },
  { leads: "mp4", types: ["video/quicktime"], endings: ["mov", "qt"] },
  { leads: "mp4", types: ["video/3gpp", "audio/3gpp"], endings: ["3gp", "3gpp"] },
  { leads: "matroska", types: ["video/webm", "audio/webm"], endings: ["webm", "weba"] },
  { leads: "matroska", types: ["video/x-matroska", "audio/x-matroska"], endings: ["mkv", "mka"] },
  {
    leads: "ogg",
    types: ["audio/ogg", "video/ogg", "application/ogg", "audio/opus"],
    endings: ["ogg", "oga", "ogv", "opus"],
  },
  { leads: "mp3", types: ["audio/mpeg", "audio/mp3"], endings: ["mp3"] },
  { leads: "aac", types: ["audio/aac", "audio/x-aac"], endings: ["aac"] },
  { leads: "wave", types: ["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"], endings: ["wav"] },
  { leads: "flac", types: ["audio/flac", "audio/x-flac"], endings: ["flac"] },
  { leads: "pdf", types: ["application/pdf"], endings: ["pdf"] },
  { leads: "zip", types: ["application/zip", "application/x-zip-compressed"], endings: ["zip"] },
  ...["document.docx", "sheet.xlsx", "presentation.pptx"].map(officeKind),
  ...["text.odt", "spreadsheet.ods", "presentation.odp"].map(openDocumentKind),
  { leads: "zip", types: ["application/epub+zip"], endings: ["epub"] },
  { leads: "zip", types: ["application/java-archive", "application/x-java-archive"], endings: ["jar"] },
  { leads: "zip", types: ["application/vnd.android.package-archive"], endings: ["apk"] },
  { leads: "old_office", types: ["application/msword"], endings: ["doc", "dot"] },
  { leads: "old_office", types: ["application/vnd.ms-excel"], endings: ["xls"] },
  { leads: "old_office", types: ["application/vnd.ms-powerpoint"], endings: ["ppt"] },
  { leads: "old_office", types: ["application/x-msi", "application/x-ms-installer"], endings: ["msi"] },
  { leads: "gzip", types: ["application/gzip", "application/x-gzip"], endings: ["gz", "tgz"] },
  { leads: "7z", types: ["application/x-7z-compressed"], endings: ["7z"] },
  {
    leads: "rar",
    types: ["application/vnd.rar", "application/x-rar-compressed", "application/x-rar"],
    endings: ["rar"],
  },
  { leads: "html", types: ["text/html", "application/xhtml+xml"], endings: ["html", "htm", "xhtml"] },
  {
    leads: "program",
    types: [
      "application/x-msdownload",
      "application/vnd.microsoft.portable-executable",
      "application/x-dosexec",
      "application/x-executable",
    ],
    endings: ["exe", "dll", "scr", "com", "sys"],
  },
  { leads: null, types: ["text/csv", "application/vnd.ms-excel"], endings: ["csv"] },
  { leads: null, types: ["application/json"], endings: ["json"] },
  { leads: null, types: ["text/javascript", "application/javascript"], endings: ["js", "mjs"] },
  { leads: null, types: ["application/x-bat", "application/x-msdos-program"], endings: ["bat", "cmd"] },
  { leads: null, types: ["text/markdown"], endings: ["md", "markdown"] },
  { leads: null, types: ["text/plain"], endings: ["txt", "md", "log", "csv"], anyEnding: true },
];

function officeKind(name: string): FileKind {
  const [family = "", ending = ""] = name.split(".");
  const kind =
    family === "document" ? "wordprocessingml" : family === "sheet" ? "spreadsheetml" : `${family}ml`;
  return {
    leads: "zip",
    types: [`application/vnd.openxmlformats-officedocument.${kind}.${family}`],
    endings: [ending],
  };
}

function openDocumentKind(name: string): FileKind {
  const [family = "", ending = ""] = name.split(".");
  return { leads: "zip", types: [`application/vnd.oasis.opendocument.${family}`], endings: [ending] };
}
