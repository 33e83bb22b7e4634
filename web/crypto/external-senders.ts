/**
 * The extension `external_senders` with this one ExternalSender (RFC 9420 §12.1.8.1), as the server shows it: a
 * vector with its length in the form of §2.1.2.
 */
export function externalSendersWith(externalSender: Uint8Array): Uint8Array<ArrayBuffer> {
  const { length } = externalSender;
  const header = length < 64 ? [length] : [0x40 | (length >> 8), length & 0xff];
  return new Uint8Array([...header, ...externalSender]);
}
