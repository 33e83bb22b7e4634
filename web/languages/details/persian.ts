import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "shelf.title": "در فهرست شما",
  "shelf.pin": "ماندن در بالا",
  "shelf.mute": "بی‌صدا",
  "shelf.mute_text": "پیام‌های تازه اعلام و شمرده نمی‌شوند.",
  "shelf.archive": "بایگانی",
  "shelf.archive_text": "اگر بی‌صدا نباشد، با پیام تازه برمی‌گردد.",
  "shelf.mark": "نخوانده بماند",
  "details.title": "جزئیات",
  "details.encrypted": "رمزنگاری سرتاسری، هنوز بدون ممیزی مستقل",
  "details.encrypted_text": "این گفت‌وگو را فقط شما و {name} می‌توانید بخوانید. کارساز نمی‌تواند.",
  "details.encrypted_self": "این گفت‌وگو را فقط شما می‌توانید بخوانید. کارساز نمی‌تواند.",
  "details.encrypted_group": "فقط اعضای این گروه می‌توانند آن را بخوانند. کارساز نمی‌تواند.",
  "details.nickname": "نامی که خودتان می‌گذارید",
  "details.nickname_hint": "فقط شما آن را روی دستگاه‌های خودتان می‌بینید.",
  "details.nickname_kept": "نگه داشته شد. فقط شما آن را روی دستگاه‌های خودتان می‌بینید.",
  "details.block": "مسدود کردن {name}",
  "details.unblock": "رفع مسدودی {name}",
  "person.write": "نوشتن به {name}",
  "details.report": "گزارش {name}",
  "details.first_use": "این شخص کیست",
  "details.first_use_text":
    "اینکه {name} کیست را کارساز به دستگاه شما گفته و دستگاه شما آن را به یاد دارد: اگر روزی عوض شود، دیگر چیزی فرستاده نمی‌شود. برای اطمینان شماره‌های امنیتی را مقایسه کنید یا پیوند خود {name} را باز کنید.",
  "details.by_link_text":
    "شما پیوندی را باز کرده‌اید که {name} ساخته است. اثر انگشت کلیدش در آن است و کلیدی که کارساز به دستگاه شما نشان داده همین اثر انگشت را دارد. اگر روزی عوض شود، دیگر چیزی فرستاده نمی‌شود.",
  "details.archive": "بایگانی رمزشده",
  "details.safety": "شمارهٔ امنیتی",
  "folder.title": "پوشه‌ها",
  "folder.all": "همه",
  "folder.new": "پوشهٔ تازه",
  "folder.add": "بگذار",
  "timer.title": "پیام‌های ناپدیدشونده",
  "timer.off": "خاموش",
  "timer.text":
    "هرچه از این پس اینجا نوشته شود پس از این مدت برای همه و از سرور ناپدید می‌شود. دیگران باز هم می‌توانند رونوشت نگه دارند.",
  "timer.who": "فقط مالک و مدیران این را تغییر می‌دهند.",
};
