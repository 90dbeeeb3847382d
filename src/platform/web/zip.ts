import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of files, deflated or stored. Its days are always the same, so that equal files make equal archives. */
export function zip(files: Readonly<Record<string, string | Buffer>>, method: 0 | 8 = 8): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    // Version, flags (names are UTF-8), method, time (12:00), day (1 April 2026), checksum, sizes, length of the name.
    const shared = Buffer.alloc(26);
    [20, 0x800, method, 12 << 11, (46 << 9) | (4 << 5) | 1].forEach((value, place) => {
      shared.writeUInt16LE(value, place * 2);
    });
    [crc32(bytes), packed.length, bytes.length].forEach((value, place) => {
      shared.writeUInt32LE(value, 10 + place * 4);
    });
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), shared, rest, Buffer.from(name)]),
    );
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end]);
}
