import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "block.title": "{name} مسدود شود؟",
  "block.text":
    "دیگر هیچ نوشته‌ای از او نمی‌بینید، نه اینجا و نه در گروه‌ها. خودش خبردار نمی‌شود. آنچه در این میان بنویسد بعداً هم نمی‌رسد.",
  "request.block": "مسدود کردن",
  "request.unblock": "رفع مسدودی",
  "role.owner": "مالک",
  "role.admin": "مدیر",
  "role.moderator": "ناظر",
  "role.member": "عضو",
  "export.one": "برون‌بری این گفت‌وگو",
  "export.all": "برون‌بری همه‌چیز",
  "link.copied": "پیوند رونوشت شد.",
  "link.copy_denied":
    "مرورگر اجازهٔ رونوشت نداد. پیوند انتخاب شده است: با صفحه‌کلید یا با فشردن روی آن رونوشت بردارید.",
  "settings.signing_out": "در حال خروج…",
};
