"""Verifies a tiled log and proof files, written from the specifications alone.

RFC 6962 (tree), RFC 8032 (Ed25519), C2SP tlog-tiles, tlog-checkpoint, signed-note, tlog-proof.
Shares no code with the program, and needs nothing but Python's standard library.

    verify.py log FOLDER VKEY          prints origin, size and root
    verify.py proof FILE RECORD VKEY   prints origin, index, size and root
"""

import base64
import hashlib
import os
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def tree_hash(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(tree_hash(leaves[:split]), tree_hash(leaves[split:]))


# Ed25519 (RFC 8032, section 5.1), in affine coordinates: slow and plain.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * I % P
    assert (x * x - xx) % P == 0, "not a point of the curve"
    return x if x & 1 == sign else P - x


def point(data):
    number = int.from_bytes(data, "little")
    y = number & (2**255 - 1)
    return recover_x(y, number >> 255), y


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    x3 = (x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P
    return x3, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P


def multiply(scalar, base):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, base)
        base = add(base, base)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def ed25519_holds(public, message, signature):
    s = int.from_bytes(signature[32:], "little")
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return s < L and multiply(s, BASE) == add(point(signature[:32]), multiply(h, point(public)))


def checkpoint(note, vkey):
    """The origin, size and root of a checkpoint that the key signed."""
    name, key_hash, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    assert key[0] == 1, "not an Ed25519 key"
    key_id = sha256(name.encode() + b"\n" + key)[:4]
    assert key_id.hex() == key_hash, "the key's hash is not its own"
    text, signatures = note[: note.index("\n\n") + 1], note[note.index("\n\n") + 2 :]
    held = False
    for line in signatures.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        assert dash == "\u2014"
        if signer == name and signature[:4] == key_id:
            held = ed25519_holds(key[1:], text.encode(), signature[4:])
    assert held, "the key did not sign this checkpoint"
    origin, size, root = text.splitlines()[:3]
    assert origin == name, "the checkpoint is another log's"
    return origin, int(size), base64.b64decode(root, validate=True)


def read_tile(folder, kind, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    path = os.path.join(folder, "tile", kind, *groups)
    partial = os.path.join(f"{path}.p", str(width))
    with open(partial if width < 256 and os.path.exists(partial) else path, "rb") as file:
        return file.read()


def entries_of(bundle):
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        yield bundle[2 : 2 + length]
        bundle = bundle[2 + length :]


def verify_log(folder, vkey):
    with open(os.path.join(folder, "checkpoint"), encoding="utf-8") as file:
        origin, size, root = checkpoint(file.read(), vkey)
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        entries = list(entries_of(read_tile(folder, "entries", index, width)))[:width]
        assert len(entries) == width, f"bundle {index} is short"
        leaves += [leaf_hash(entry) for entry in entries]
    level, hashes = 0, leaves
    while hashes:
        for index in range((len(hashes) + 255) // 256):
            tile = hashes[256 * index : 256 * (index + 1)]
            stored = read_tile(folder, str(level), index, len(tile))[: 32 * len(tile)]
            assert stored == b"".join(tile), f"tile {level}/{index} differs"
        whole = len(hashes) // 256
        hashes = [tree_hash(hashes[256 * i : 256 * (i + 1)]) for i in range(whole)]
        level += 1
    assert tree_hash(leaves) == root, "the entries do not have the root that was signed"
    print(origin, size, base64.b64encode(root).decode())


def verify_proof(file, record, vkey):
    with open(file, encoding="utf-8") as opened:
        text = opened.read()
    head, note = text.split("\n\n", 1)
    lines = head.splitlines()
    assert lines[0] == "c2sp.org/tlog-proof@v1", lines[0]
    lines = [line for line in lines[1:] if not line.startswith("extra ")]
    assert lines[0].startswith("index ")
    index, path = int(lines[0].split(" ")[1]), [base64.b64decode(line, validate=True) for line in lines[1:]]
    origin, size, root = checkpoint(note, vkey)
    with open(record, "rb") as opened:
        node = leaf_hash(opened.read())
    # RFC 9162, section 2.1.3.2.
    first, last = index, size - 1
    assert first <= last, "the index is beyond the log"
    for hash_ in path:
        assert last > 0, "the path is too long"
        if first & 1 or first == last:
            node = node_hash(hash_, node)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            node = node_hash(node, hash_)
        first, last = first >> 1, last >> 1
    assert last == 0 and node == root, "the path does not lead to the root that was signed"
    print(origin, index, size, base64.b64encode(root).decode())


def main():
    if sys.argv[1] == "log":
        verify_log(*sys.argv[2:])
    else:
        verify_proof(*sys.argv[2:])


if __name__ == "__main__":
    main()
