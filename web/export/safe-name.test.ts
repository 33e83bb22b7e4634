import { expect, test } from "bun:test";
import fc from "fast-check";
import { safeName, uniqueNames } from "./safe-name.ts";

test("a name stays what it is where every system takes it", () => {
  for (const name of ["photo.jpg", "گل‌های باغ.png".replace("\u200c", ""), "Garden on Sunday", "日本語.txt"])
    expect(safeName(name, "file")).toBe(name);
});

test("what would lead elsewhere, name a device or turn how it is read is taken out", () => {
  expect(safeName("../../etc/passwd", "file")).toBe("etc passwd");
  expect(safeName("..", "file")).toBe("file");
  expect(safeName("C:\\a\\b.exe", "file")).toBe("C a b.exe");
  expect(safeName("con.txt", "file")).toBe("file.txt");
  expect(safeName("invoice\u202egnp.exe", "file")).toBe("invoice gnp.exe");
  expect(safeName("\u0000\n", "file")).toBe("file");
  expect(safeName("a".repeat(500).concat(".jpg"), "file")).toBe(`${"a".repeat(80)}.jpg`);
});

test("what would run or lead away when it is opened becomes text, and half a letter is none", () => {
  for (const name of ["page.html", "Page.XHTML", "drawing.svg", "desktop.ini", "shop.url", "x.library-ms"])
    expect(safeName(name, "file")).toBe(`${name}.txt`);
  expect(safeName("photo.jpg", "file")).toBe("photo.jpg");
  expect(encodeURIComponent(safeName("\ud800.png", "file"))).toEndWith(".png");
});

test("whatever it is called, it is one part of a path", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const safe = safeName(name, "file");
      expect(safe).not.toMatch(/[\\/]/);
      expect(["", ".", ".."]).not.toContain(safe);
      expect(() => encodeURIComponent(safe)).not.toThrow();
    }),
  );
});

test("two of the same name do not hide each other, whatever their case", () => {
  const unique = uniqueNames();
  expect(["a.jpg", "A.jpg", "a.jpg", "b"].map(unique)).toEqual(["a.jpg", "A 2.jpg", "a 3.jpg", "b"]);
});
